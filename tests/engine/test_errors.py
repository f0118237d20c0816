"""Errors say what was expected; their templates can be translated and filled in later."""

from __future__ import annotations

import pytest

from engine import errors


def test_the_docstring_is_the_default_message() -> None:
    error = errors.NotFound(what="task", id="t-1")
    assert str(error) == "Expected an existing task, but there is no 't-1'."
    assert (error.template, error.parameters) == (
        "Expected an existing {what}, but there is no '{id}'.",
        {"what": "task", "id": "t-1"},
    )


def test_a_template_of_the_place_goes_first() -> None:
    assert str(errors.Conflict("Done by {user} already", user="李")) == "Done by 李 already"


def test_an_invalid_input_lists_all_its_problems() -> None:
    problems = (
        errors.Problem("a.bpmn Review", "Expected a form named '{form}'", {"form": "review"}),
        errors.Problem("row 3", "Expected a date"),
    )
    error = errors.Invalid("{count} problems", problems, count=2)
    assert str(error) == "2 problems\na.bpmn Review: Expected a form named 'review'\nrow 3: Expected a date"
    assert error.problems == problems


def test_a_business_error_carries_its_code() -> None:
    error = errors.BpmnError("NO-ACCOUNT")
    assert (error.code, str(error)) == ("NO-ACCOUNT", "The operation ended with the business error 'NO-ACCOUNT'.")


@pytest.mark.parametrize("kind", [errors.NotFound, errors.Forbidden, errors.Conflict, errors.Invalid])
def test_what_a_person_may_not_do_is_a_rejection(kind: type[errors.EngineError]) -> None:
    assert issubclass(kind, errors.Rejected)
    assert not issubclass(errors.Fault, errors.Rejected)
    assert not issubclass(errors.BpmnError, errors.Rejected)
