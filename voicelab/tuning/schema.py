"""The published JSON Schema of a config, made from the classes themselves."""

from dataclasses import fields
from typing import Any

from voicelab.jitter.player import Player
from voicelab.tuning.document import FORMAT
from voicelab.tuning.tuning import adapter

__all__ = ["schema"]


def schema() -> dict[str, Any]:
    """Give the JSON Schema that ``docs/tuning.schema.json`` publishes.

    Keys, types, words and patterns are all there.  A setting's own range is
    checked when voicelab reads the document, and an origin's agreement with
    values and evidence too.

    Returns
    -------
    dict
        A schema of draft 2020-12.
    """
    made = adapter().json_schema()
    definitions = made.pop("$defs")
    # Arguments that are not fields are short forms in code, not keys of a document.
    own = {each.name for each in fields(Player)}
    player = definitions["Player"]["properties"]
    definitions["Player"]["properties"] = {key: player[key] for key in player if key in own}
    for each in (made, *definitions.values()):
        each.pop("description", None)
        each.pop("title", None)
        each["additionalProperties"] = False
        for rule in each["properties"].values():
            rule.pop("default", None)  # the class's, where the profile's holds
            rule.pop("title", None)
            if "patternProperties" in rule:
                rule["additionalProperties"] = False
                rule.pop("propertyNames", None)  # older pydantic does not say it
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:voicelab:tuning:1",
        "title": FORMAT,
        "description": "A tuned config; a setting that is left out is its profile's default.",
        **made,
        "required": ["format", "made", "target"],
        "$defs": definitions,
    }
