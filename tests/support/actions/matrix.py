"""Makes the jobs of a matrix as GitHub does: every combination, some taken out, some added or widened."""

from __future__ import annotations

from itertools import product
from typing import Any

Values = dict[str, Any]


def combinations(matrix: Values) -> list[Values]:
    """This function will return the values of each job of a matrix, in GitHub's order.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
    """
    axes = {name: values for name, values in matrix.items() if name not in {"include", "exclude"}}
    found = [dict(zip(axes, chosen, strict=True)) for chosen in product(*axes.values())] if axes else []
    found = [one for one in found if not any(_fits(one, out) for out in matrix.get("exclude") or ())]
    originals = [dict(one) for one in found]
    for added in matrix.get("include") or ():
        wide = [
            place
            for place, original in enumerate(originals)
            if all(original[name] == value for name, value in added.items() if name in original)
        ]
        for place in wide:
            found[place] |= added
        if not wide:
            found.append(dict(added))
    return found


def _fits(values: Values, pattern: Values) -> bool:
    return all(values.get(name) == value for name, value in pattern.items())


def suffix(values: Values) -> str:
    """This function will return what GitHub sets behind the id of a job without a name of its own."""
    told = ", ".join(_told(value) for value in values.values() if not isinstance(value, dict | list))
    return f" ({told})" if told else ""


def _told(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
