"""The reading of everything: in steps that let cues pass, and again where OBS is not ready."""

from __future__ import annotations

from typing import Any

import pytest

from showcaller.devices.driver import CodecError
from showcaller.devices.obs import codec
from showcaller.devices.obs.structure import Survey

OK = codec.RequestStatus(result=True, code=100)


def reply(request: codec.Request, data: dict[str, Any] | None = None, code: int = 100) -> codec.Reply:
    return codec.Reply(request.request_type, codec.RequestStatus(code == 100, code), "", data)


def first_replies(**answers: dict[str, Any]) -> list[codec.Reply]:
    """Answers to the first questions; what is not given is refused, as by an OBS without it."""
    return [
        reply(it, answers[it.request_type]) if it.request_type in answers else reply(it, code=604)
        for it in Survey.FIRST
    ]


def test_a_big_collection_is_read_in_small_steps() -> None:
    scenes = [{"sceneName": f"S{number}", "sceneIndex": number} for number in range(200)]
    survey = Survey()
    rest = survey.take(Survey.FIRST, first_replies(GetSceneList={"scenes": scenes}))
    asked = 0
    while rest:
        assert len(rest) <= 40
        asked += len(rest)
        rest = survey.take(
            rest,
            [reply(it, {"sceneItems": []} if "Item" in it.request_type else {"filters": []}) for it in rest],
        )
    assert asked == 400
    assert survey.structure().scenes[0] == "S199"
    assert len(survey.structure().items) == 200


def test_an_obs_that_loads_is_asked_again_later() -> None:
    survey = Survey()
    assert survey.take(Survey.FIRST, [reply(it, code=207) for it in Survey.FIRST]) == ()
    assert survey.is_refused


def test_what_an_obs_cannot_answer_is_left_out() -> None:
    survey = Survey()
    assert survey.take(Survey.FIRST, first_replies()) == ()
    assert not survey.is_refused
    assert survey.structure().scenes == ()


def test_an_answer_that_is_not_in_the_protocol_is_a_codec_error() -> None:
    with pytest.raises(CodecError, match="GetSceneList"):
        Survey().take(Survey.FIRST, first_replies(GetSceneList={"scenes": [{"sceneName": 5}]}))


def test_names_stand_under_the_lists_that_forms_choose_from() -> None:
    survey = Survey()
    rest = survey.take(
        Survey.FIRST,
        first_replies(
            GetSceneList={"scenes": [{"sceneName": "Main", "sceneIndex": 0}]},
            GetGroupList={"groups": ["Corner"]},
            GetInputList={
                "inputs": [
                    {"inputName": "VT", "unversionedInputKind": "ffmpeg_source"},
                    {"inputName": "Strap", "unversionedInputKind": "text_gdiplus"},
                ]
            },
        ),
    )
    items = {"Main": ["VT", "Strap", "VT"], "Corner": ["Logo"]}
    answers = []
    for it in rest:
        asked = it.request_data or {}
        if "Item" in it.request_type:
            found = [
                {"sceneItemId": number, "sourceName": name}
                for number, name in enumerate(items[asked["sceneName"]])
            ]
            answers.append(reply(it, {"sceneItems": found}))
        elif asked == {"sourceName": "VT"}:
            answers.append(reply(it, {"filters": [{"filterName": "Gain"}]}))
        else:
            answers.append(reply(it, code=604))
    assert survey.take(rest, answers) == ()
    names = survey.structure().names()
    assert names["sources/Main"] == ("VT", "Strap")
    assert names["sources/Corner"] == ("Logo",)
    assert names["media"] == ("VT",)
    assert names["texts"] == ("Strap",)
    assert names["filters/VT"] == ("Gain",)
    assert "filters/Strap" not in names
