"""The hand of a process owner: mouse and keyboard in the three editors of the studio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select
from support.browser import Browser

PLACE = """
const canvas = document.querySelector('[data-designer]').huiyinEditor.modeler.get('canvas');
const view = canvas.viewbox(), box = canvas.getContainer().getBoundingClientRect();
return [box.left + (arguments[0] - view.x) * view.scale, box.top + (arguments[1] - view.y) * view.scale];
"""
READ = "fetch(arguments[0]).then((answer) => answer.text()).then(arguments[1])"
DRAWN = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"
"""The pad beside an element is made anew after the element has changed."""


@dataclass
class Drawing:
    """An open editor. Places are those of the diagram, not of the screen."""

    browser: Browser

    def opened(self) -> None:
        """Wait until the file is open."""
        self.browser.find("[data-ready=true]")

    def saved(self) -> None:
        """Wait until what was done is saved, and that lint has nothing against it."""
        self.browser.wait(lambda: "已保存" in self.browser.find(".studio-status").text, "the draft was not saved")
        findings = self.browser.find(".studio-findings")
        self.browser.wait(lambda: findings.get_attribute("data-errors") == "0", "lint has found an error")

    def text(self) -> str:
        """The file as the draft has it, after everything is saved."""
        self.browser.click(self.browser.find(".studio-bar [title='保存']"))
        self.browser.wait(lambda: "已保存" in self.browser.find(".studio-status").text, "the draft was not saved")
        path = self.browser.find("[data-source-url]").get_attribute("data-source-url")
        return str(self.browser.driver.execute_async_script(READ, path))

    def undo(self) -> None:
        """Take the last step back."""
        self.browser.click(self.browser.find(".studio-bar [title='撤销']"))

    def undo_all(self) -> None:
        """Take everything back, step by step."""
        undo = self.browser.find(".studio-bar [title='撤销']")
        while undo.is_enabled():
            self.browser.click(undo)

    def add(self, group: str) -> None:
        """Add one more to a list of the panel."""
        self.browser.click(self.browser.find(f"[data-group-id='group-{group}'] .bio-properties-panel-add-entry"))

    def show(self, element: str) -> None:
        """Bring an element of the diagram into the middle, as a click on a finding does."""
        self.browser.driver.execute_script(
            "document.querySelector('[data-designer]').huiyinEditor.select(arguments[0])", element
        )

    def fit(self) -> None:
        """Bring all of the diagram into sight."""
        self.browser.click(self.browser.find(".studio-bar [title='适应窗口']"))

    def click(self, x: int, y: int) -> None:
        """Move the mouse to a place of the diagram and click there."""
        left, top = self.browser.driver.execute_script(PLACE, x, y)
        mouse = ActionBuilder(self.browser.driver)
        mouse.pointer_action.move_to_location(int(left) - 7, int(top) - 7)
        mouse.pointer_action.move_to_location(int(left), int(top)).click()
        mouse.perform()

    def take(self, tool: str, x: int, y: int) -> None:
        """Take something from the palette and put it down."""
        self.browser.click(self.browser.find(f".djs-palette .entry[data-action='{tool}']"))
        self.click(x, y)

    def pad(self, action: str) -> None:
        """Press a button of the pad beside the chosen element."""
        self.browser.click(self.browser.find(f".djs-context-pad .entry[data-action='{action}']"))

    def become(self, kind: str) -> None:
        """Make the chosen element another kind, by the menu of the pad."""
        self.pad("replace")
        self.browser.click(self.browser.find(f".djs-popup .entry[data-id='{kind}']"))

    def toggle(self, mark: str) -> None:
        """Set or take away a mark of the chosen element, by the head of that menu."""
        self.pad("replace")
        self.browser.click(self.browser.find(f".djs-popup .entry[data-id='{mark}']"))

    def connect(self, source: tuple[int, int], target: tuple[int, int]) -> None:
        """Draw a flow from what is at one place to what is at another."""
        self.click(*source)
        self.pad("connect")
        self.click(*target)

    def type(self, text: str) -> None:
        """Write where the cursor is, over what stands there."""
        self._over(self.browser.driver.switch_to.active_element, text, Keys.ENTER)

    def _over(self, field: WebElement, text: str, leave: str) -> None:
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text, leave)

    def panel(self, **values: Any) -> None:
        """Fill fields of the panel by their names."""
        for name, value in values.items():
            field = self.browser.find(f".bio-properties-panel [name='{name}']")
            if field.tag_name == "select":
                Select(field).select_by_value(value)
            elif value is True:
                self.browser.click(field)
            elif field.get_attribute("type") == "checkbox":
                self.browser.click(self.browser.find(f".bio-properties-panel [name='{name}'][value='{value}']"))
            else:
                self.browser.click(field)
                self._over(field, value, Keys.TAB)
        self.browser.driver.execute_async_script(DRAWN)

    def cell(self, element: str, text: str) -> None:
        """Write into a cell of a decision table; the table is drawn anew under the hand, so write until it stands."""
        place = f"td[data-element-id='{element}']"

        def written() -> bool:
            find = self.browser.driver.find_element
            self.browser.click(find(By.CSS_SELECTOR, place))
            self._over(find(By.CSS_SELECTOR, f"{place} [contenteditable]"), text, Keys.ENTER)
            return text in find(By.CSS_SELECTOR, place).text

        self.browser.wait(written, f"“{text}” does not stand in {element}")

    def field(self, kind: str, label: str, key: str) -> None:
        """Add a field to a form, by the keyboard, and name it, again where the panel was drawn anew under the hand."""
        self.browser.find(f".fjs-palette-field[data-field-type={kind}]").send_keys(Keys.ENTER)
        self.browser.click(self.browser.find(f".fjs-form-field-{kind}"))
        self.browser.click(self.browser.find("[data-group-id=group-general] .bio-properties-panel-group-header"))
        self.panel(key=key)
        self.browser.click(self.browser.find("[data-entry-id=label] .cm-content"))
        self.type(label)
        self.browser.wait(lambda: f'"{key}"' in self.text() or self.panel(key=key), f"the key {key} is not saved")
