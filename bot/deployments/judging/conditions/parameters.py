"""The condition about the parameters that the command sets, and what the workflow is given because of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.config.parameter_values import BOOLEANS, NUMBER, takes
from bot.config.policy import ParameterType
from bot.decisions.model import Condition, Standing
from bot.gates.model import Parameter
from bot.markdown import code, escape

if TYPE_CHECKING:
    from bot.config.policy import EnvironmentConfig, ParameterConfig
    from bot.config.workflow_inputs import DeclaredInput
    from bot.deployments.judging.fact_model import DeployFacts


def parameters(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether every parameter is known, needed ones are there and each value will do."""
    typed, name = policy.typed_parameters, code(facts.environment)
    given = {one.name: one.value for one in facts.asked.parameters}
    unknown = [one for one in given if one not in typed]
    if unknown:
        allowed = ", ".join(code(one) for one in typed) or "none"
        text = f"{name} takes no parameter {code(unknown[0])}; its parameters: {allowed}."
        return _unmet(Reason.UNKNOWN_PARAMETER, text)
    lacking = [
        one for one, said in typed.items() if said.required and said.default is None and one not in given
    ]
    if lacking:
        said = typed[lacking[0]]
        text = f"{name} needs the parameter {code(lacking[0])}{_meaning(said)}; it takes {_words(said)}."
        return _unmet(
            Reason.PARAMETER_MISSING, text, f"Write {code(f'--param {lacking[0]}=…')} with the command."
        )
    for one, value in given.items():
        wrong = _wrong(typed[one], value) or _not_taken(facts, one, value)
        if wrong:
            text = f"{code(one)} cannot be {code(value) or 'empty'}{_meaning(typed[one])}; it takes {wrong}."
            return _unmet(Reason.PARAMETER_INVALID, text)
    shown = ", ".join(code(f"{one.name}={one.value}") for one in effective_parameters(facts, policy))
    text = f"The parameters are {shown}." if shown else "No parameter is set."
    return Condition(name="parameters", standing=Standing.MET, text=text)


def effective_parameters(facts: DeployFacts, policy: EnvironmentConfig) -> tuple[Parameter, ...]:
    """This function will return the defaults and what the command sets over them, by name."""
    found = {name: said.default for name, said in policy.typed_parameters.items() if said.default is not None}
    found |= {one.name: one.value for one in facts.asked.parameters}
    return tuple(Parameter(name=name, value=found[name]) for name in sorted(found))


def parameters_from_flags(values: tuple[str, ...]) -> tuple[Parameter, ...] | Refused:
    """This function will read every `name=value`, or refuse with the first that is none or comes twice."""
    found: dict[str, str] = {}
    for written in values:
        name, equals, value = written.partition("=")
        if not equals or not name:
            text = f"{code('--param ' + written)} is not written as name=value."
            return Refused(reason=Reason.BAD_FLAG_VALUE, text=text)
        if name in found:
            return Refused(reason=Reason.DUPLICATE_FLAG, text=f"The parameter {code(name)} is given twice.")
        found[name] = value
    return tuple(Parameter(name=name, value=value) for name, value in found.items())


def _wrong(said: ParameterConfig, value: str) -> str:
    return "" if takes(said, value) else _words(said)


def _not_taken(facts: DeployFacts, name: str, value: str) -> str:
    """What the workflow's own declaration takes, where it does not take the value."""
    for found in (facts.workflow, facts.plan_workflow):
        for declared in found.inputs if found is not None else ():
            if declared.name == name and not _fits(declared, value):
                return _declared(declared)
    return ""


def _fits(declared: DeclaredInput, value: str) -> bool:
    match declared.type:
        case "boolean":
            return value in BOOLEANS
        case "number":
            return NUMBER.fullmatch(value) is not None
        case "choice":
            return value in declared.options
        case _:
            return True


def _declared(declared: DeclaredInput) -> str:
    if declared.type == "choice":
        return "one of " + ", ".join(code(option) for option in declared.options)
    return "true or false" if declared.type == "boolean" else "a number"


def _words(said: ParameterConfig) -> str:
    words = {
        ParameterType.NUMBER: "a number",
        ParameterType.BOOLEAN: "true or false",
        ParameterType.CHOICE: "one of " + ", ".join(code(option) for option in said.options),
        ParameterType.STRING: "text",
    }[said.type]
    return f"{words} that matches {code(said.pattern)}" if said.pattern else words


def _meaning(said: ParameterConfig) -> str:
    return f" ({escape(said.description)})" if said.description else ""


def _unmet(reason: Reason, text: str, who: str = "") -> Condition:
    return Condition(name="parameters", standing=Standing.UNMET, reason=reason, text=text, who=who)
