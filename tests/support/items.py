"""Pieces of diagrams that hold and carry data."""

from __future__ import annotations


def data_object(name: str, identity: str = "") -> str:
    """A data object with a reference `r_<name>`, its name drawn at the reference as editors do."""
    held = identity or f"o_{name}"
    reference = f'<bpmn:dataObjectReference id="r_{name}" name="{name}" dataObjectRef="{held}"/>'
    return f'<bpmn:dataObject id="{held}"/>{reference}'


def prop(name: str, identity: str = "") -> str:
    return f'<bpmn:property id="{identity or name}" name="{name}"/>'


def reads(source: str, target: str = "", inner: str = "") -> str:
    """A data input association; without a target as the designer draws it, towards a placeholder."""
    placeholder = "" if target else f'<bpmn:property id="ph_{source}" name="__targetRef_placeholder"/>'
    refs = "".join(f"<bpmn:sourceRef>{each}</bpmn:sourceRef>" for each in source.split())
    refs += f"<bpmn:targetRef>{target or f'ph_{source}'}</bpmn:targetRef>"
    return (
        f'{placeholder}<bpmn:dataInputAssociation id="in_{source.replace(" ", "_")}_{target}">{refs}{inner}'
        "</bpmn:dataInputAssociation>"
    )


def writes(target: str, source: str = "", inner: str = "") -> str:
    """A data output association; without a source as the designer draws it."""
    refs = "".join(f"<bpmn:sourceRef>{each}</bpmn:sourceRef>" for each in source.split())
    refs += f"<bpmn:targetRef>{target}</bpmn:targetRef>"
    return (
        f'<bpmn:dataOutputAssociation id="out_{source.replace(" ", "_")}_{target}">{refs}{inner}'
        "</bpmn:dataOutputAssociation>"
    )


def becomes(text: str) -> str:
    """A transformation."""
    return f"<bpmn:transformation>{text}</bpmn:transformation>"


def assign(value: str, to: str) -> str:
    return f"<bpmn:assignment><bpmn:from>{value}</bpmn:from><bpmn:to>{to}</bpmn:to></bpmn:assignment>"


def specified(inputs: str = "", outputs: str = "", optional: str = "") -> str:
    """An ioSpecification; inputs and outputs are ids (and names) separated by spaces, `optional` some of them."""

    def declared(tag: str, names: str) -> str:
        return "".join(f'<bpmn:{tag} id="{name}" name="{name.partition("__")[0]}"/>' for name in names.split())

    def listed(way: str, names: str) -> str:
        found = "".join(f"<bpmn:data{way}Refs>{name}</bpmn:data{way}Refs>" for name in names.split())
        left = [name for name in names.split() if name in optional.split()]
        return found + "".join(f"<bpmn:optional{way}Refs>{name}</bpmn:optional{way}Refs>" for name in left)

    return (
        f"<bpmn:ioSpecification>{declared('dataInput', inputs)}{declared('dataOutput', outputs)}"
        f"<bpmn:inputSet>{listed('Input', inputs)}</bpmn:inputSet>"
        f"<bpmn:outputSet>{listed('Output', outputs)}</bpmn:outputSet></bpmn:ioSpecification>"
    )
