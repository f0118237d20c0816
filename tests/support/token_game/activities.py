"""Activities: once or several times, from the token that comes to the token that leaves."""

from __future__ import annotations

from support.token_game.compensation import Compensation
from support.token_game.pieces import Activity, Item, Scope
from support.token_game.sheet import BPMN, NESTED, Sheet, holds

REPEATED, LOOPED = "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"
THROWERS = {"intermediateThrowEvent", "endEvent"}


class Activities(Compensation):
    """Tasks, subprocesses and their repetition."""

    def enter(self, scope: Scope, node: str) -> None:
        activity, sheet = Activity(scope, node), scope.sheet
        scope.activities.append(activity)
        activity.waits = [
            self.wait(border, sheet, "border", scope, activity)
            for border in sheet.borders(node)
            if border not in sheet.handlers
        ]
        if sheet.kind(node) == "receiveTask":
            activity.waits.append(self.wait(node, sheet, "catch", scope, activity))
            return
        while self.fire_a_condition(activity.waits):  # what holds already comes before the first run
            pass
        activity.left = self._times(activity)
        self._begin_items(activity)
        if not activity.begun and activity in scope.activities:
            self.finish(activity)

    def _times(self, activity: Activity) -> int:
        """How often it runs; a loop asks again after each time."""
        sheet, node = activity.scope.sheet, activity.node
        if (repeated := sheet.part(node, REPEATED)) is not None:
            return int(repeated.findtext(BPMN + "loopCardinality") or 0)
        loop = sheet.part(node, LOOPED)
        return 1 if loop is None or loop.get("testBefore") != "true" else self._again(activity)

    def _again(self, activity: Activity) -> int:
        loop = activity.scope.sheet.part(activity.node, LOOPED)
        if loop is None:
            return 0
        condition, most = loop.findtext(BPMN + "loopCondition"), loop.get("loopMaximum")
        within = most is None or activity.completed < int(most)
        return int(within and (condition is None or holds(condition, self.values)))

    def _begin_items(self, activity: Activity) -> None:
        """A sequence begins one item, everything else all of them."""
        sheet, node, scope = activity.scope.sheet, activity.node, activity.scope
        repeated = sheet.part(node, REPEATED)
        one = repeated is not None and repeated.get("isSequential") == "true"
        while activity.left and activity in scope.activities and not (one and activity.items):
            path = f"{scope.path}/{activity.begun}" if _deeper(sheet, node) else scope.path
            activity.left -= 1
            activity.begun += 1
            item = self.begin_item(activity, sheet, node, path)
            if sheet.kind(node) not in NESTED | {"userTask"}:  # what does itself is done at once
                self.item_done(item)

    def item_done(self, item: Item) -> None:
        activity = item.activity
        activity.items.remove(item)
        self.trace.append(item.node)
        if activity.scope.sheet.kind(activity.node) in THROWERS:  # it was a compensation
            self.next_undo(activity)
            return
        self.remember(item)
        activity.completed += 1
        activity.left = activity.left or self._again(activity)
        if self._enough(activity) or not (activity.items or activity.left):
            self.finish(activity)
        elif not activity.items:
            self._begin_items(activity)

    def _enough(self, activity: Activity) -> bool:
        repeated = activity.scope.sheet.part(activity.node, REPEATED)
        condition = None if repeated is None else repeated.findtext(BPMN + "completionCondition")
        return condition is not None and holds(condition, {"nrOfCompletedInstances": activity.completed})

    def finish(self, activity: Activity) -> None:
        """The token leaves. What still runs of the activity is cancelled."""
        scope, node = activity.scope, activity.node
        self.cancel(activity)
        for done in activity.memory:
            self.done += 1
            done.number = self.done
        scope.memory += activity.memory
        if scope.sheet.element.tag == BPMN + "adHocSubProcess" and self._closes(scope):
            return
        self.mark(scope, node)

    def _closes(self, scope: Scope) -> bool:
        """An ad-hoc subprocess that has enough begins nothing more, and may cancel what still runs."""
        condition = scope.sheet.element.findtext(BPMN + "completionCondition")
        if not scope.closing and condition is not None and holds(condition, self.values):
            scope.closing, scope.later = True, []
            if scope.sheet.element.get("cancelRemainingInstances") != "false":
                self.clear(scope)
        return scope.closing

    def end_scope(self, scope: Scope) -> None:
        scope.listeners, scope.over = [], True
        if scope.owner is not None:
            self.item_done(scope.owner)


def _deeper(sheet: Sheet, node: str) -> bool:
    """Whether each run of the activity has a path of its own."""
    return any(e.tag.endswith("inputParameter") and e.get("name") == "path" for e in _own_parameters(sheet, node))


def _own_parameters(sheet: Sheet, node: str) -> list:
    extensions = sheet.part(node, "extensionElements")
    return [] if extensions is None else [*extensions.iter()]
