"""Forms as data: derived from the payload types, and sentences for what does not fit."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct

from showcaller.core.forms import (
    ActionForm,
    Catalogue,
    Choice,
    FormError,
    KindForm,
    form_of,
    read_values,
    summarise,
    unknown_fields,
)
from showcaller.core.times import Duration


class Fog(Struct, frozen=True, kw_only=True):
    """A payload with a field of each type."""

    machine: Annotated[str, Meta(title="Fog machine", extra={"choices_from": "machines"})]
    amount: Annotated[
        float, Meta(title="Amount", description="How thick.", ge=0, le=100, extra={"unit": "%"})
    ]
    repeats: Annotated[int, Meta(ge=1)] = 1
    lasting: Duration = Duration(1000)
    is_warm: bool = False
    colour: Annotated[
        Literal["white", "deep_blue"], Meta(extra={"titles": {"deep_blue": "Blue as the sea"}})
    ] = "white"
    password: Annotated[str, Meta(extra={"type": "secret"})] = ""
    note: str | None = None
    level: Annotated[float, Meta(le=0)] | None = None
    settings: dict[str, Any] = {}


FORM = form_of(Fog)
ACTION = ActionForm(
    name="fog",
    title="Fog",
    form=FORM,
    summary="Fog of {amount} from {machine} in {colour}, warm {is_warm}",
    number_field="machine",
)


def test_a_form_has_the_fields_in_their_order_with_their_types() -> None:
    assert [(field.name, field.type) for field in FORM.fields] == [
        ("machine", "text"),
        ("amount", "number"),
        ("repeats", "integer"),
        ("lasting", "integer"),
        ("is_warm", "switch"),
        ("colour", "choice"),
        ("password", "secret"),
        ("note", "text"),
        ("level", "number"),
        ("settings", "json"),
    ]


def test_titles_limits_units_and_defaults_come_from_the_type() -> None:
    machine, amount, level = FORM.field("machine"), FORM.field("amount"), FORM.field("level")
    assert machine is not None
    assert amount is not None
    assert level is not None
    assert (machine.title, machine.choices_from, machine.required) == ("Fog machine", "machines", True)
    assert (amount.minimum, amount.maximum, amount.unit, amount.help) == (0, 100, "%", "How thick.")
    assert (level.maximum, level.optional, level.required, level.default) == (0, True, False, None)
    lasting, settings = FORM.field("lasting"), FORM.field("settings")
    assert lasting is not None
    assert settings is not None
    assert (lasting.title, lasting.default, settings.default) == ("Lasting", 1000, {})
    assert FORM.field("of the future") is None


def test_choices_read_well() -> None:
    colour = FORM.field("colour")
    assert colour is not None
    assert colour.choices == (Choice("white", "White"), Choice("deep_blue", "Blue as the sea"))


def test_values_are_read_as_the_type_and_unknown_ones_are_passed_over() -> None:
    fog = read_values(Fog, {"machine": "A", "amount": 3, "of the future": 1, "repeats": "2"})
    assert (fog.machine, fog.amount, fog.repeats) == ("A", 3.0, 2)
    assert unknown_fields(FORM, {"machine": "A", "of the future": 1}) == ["of the future"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"amount": 1}, "“Fog machine” is missing."),
        ({"machine": "A", "amount": 101}, "“Amount”: expected"),
        ({"machine": "A", "amount": "much"}, "“Amount”: expected"),
        ({"machine": "A", "amount": 1, "repeats": 0}, "“Repeats”: expected"),
        ({"machine": "A", "amount": 1, "colour": "pink"}, "“Colour”:"),
        ({"machine": None, "amount": 1}, "“Fog machine”: expected"),
    ],
)
def test_what_does_not_fit_is_named_by_its_title(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FormError) as caught:
        read_values(Fog, values)
    assert str(caught.value).startswith(sentence)
    assert "$" not in str(caught.value)
    assert "`" not in str(caught.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "nan", "inf"])
def test_a_number_that_is_none_does_not_fit(value: object) -> None:
    with pytest.raises(FormError):
        read_values(Fog, {"machine": "A", "amount": value})


def test_a_summary_says_what_happens_with_blanks_where_nothing_is_said() -> None:
    fields = {"machine": "A", "amount": 2.5, "colour": "deep_blue", "is_warm": True}
    assert summarise(ACTION, fields) == "Fog of 2.5 % from A in Blue as the sea, warm on"
    assert summarise(ACTION, {}) == "Fog of … from … in White, warm off"
    assert summarise(ACTION, fields, number="24.5").endswith("from 24.5 in Blue as the sea, warm on")


def test_kinds_and_actions_are_found_by_name() -> None:
    kind = KindForm(name="fogger", title="Fogger", settings=FORM, actions=(ACTION,))
    catalogue = Catalogue((kind,))
    assert catalogue.kind("fogger") == kind
    assert catalogue.kind("of the future") is None
    assert kind.action("fog") == ACTION
    assert kind.action("of the future") is None
