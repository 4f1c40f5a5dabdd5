"""The metrics of model calls are chosen, asked for and added up so that each call counts once."""

from __future__ import annotations

from typing import Any

from bot.costs.tokens.metrics import Caller, Counts, counts_of, queries_of, series_of


def _metric(name: str, *, namespace: str = "AWS/Bedrock", **dimensions: str) -> dict[str, Any]:
    told = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {"Namespace": namespace, "MetricName": name, "Dimensions": told}


def _mantle(name: str, **dimensions: str) -> dict[str, Any]:
    return _metric(name, namespace="AWS/BedrockMantle", **dimensions)


def _counted(*metrics: tuple[dict[str, Any], float]) -> dict[Caller, Counts]:
    series = series_of([metric for metric, _ in metrics])
    chosen = {id(one.metric): place for place, one in enumerate(series)}
    results = [
        {"Id": f"m{chosen[id(metric)]}", "Values": [count / 2, count / 2]}
        for metric, count in metrics
        if id(metric) in chosen
    ]
    return counts_of(series, results)


def test_only_what_tells_a_models_tokens_or_calls_is_asked_for() -> None:
    """Latencies, images by size and sums over all models are left where they are."""
    series = series_of(
        [
            _metric("InputTokenCount", ModelId="m"),
            _metric("InvocationLatency", ModelId="m"),
            _metric("InputTokenCount"),
            {"Namespace": "AWS/Bedrock", "MetricName": "InputTokenCount"},
            _metric("InputTokenCount", ModelId="m", ContextWindow="long"),
            _mantle("TotalInputTokens", Project="p"),
            _mantle("Inferences", Model="m"),
        ]
    )
    assert [(one.caller, one.kind) for one in series] == [
        (Caller("runtime", "m"), "input"),
        (Caller("mantle", "m"), "calls"),
    ]
    first, second = queries_of(series)
    assert (first["Id"], second["Id"]) == ("m0", "m1")
    assert first["MetricStat"] == {
        "Metric": _metric("InputTokenCount", ModelId="m"),
        "Period": 3600,
        "Stat": "Sum",
    }


def test_of_two_names_for_the_same_tokens_the_larger_counts() -> None:
    """The documentation and what was seen differ in the names of the cache's metrics."""
    counted = _counted(
        (_metric("InputTokenCount", ModelId="m"), 10),
        (_metric("OutputTokenCount", ModelId="m"), 4),
        (_metric("CacheReadInputTokenCount", ModelId="m"), 1_000),
        (_metric("CacheReadInputTokens", ModelId="m"), 900),
        (_metric("CacheWriteInputTokens", ModelId="m"), 50),
        (_metric("Invocations", ModelId="m"), 2),
    )
    expected = Counts(input=10, output=4, cache_read=1_000, cache_write=50, calls=2)
    assert counted == {Caller("runtime", "m"): expected}
    assert (expected.taken, expected.tokens) == (1_060, 1_064)


def test_what_projects_called_is_not_counted_of_the_model_again() -> None:
    """Each call is told at four levels: https://github.com/prometheus-community/yet-another-cloudwatch-exporter/pull/1912."""
    counted = _counted(
        (_mantle("TotalInputTokens", Model="m"), 100),
        (_mantle("TotalOutputTokens", Model="m"), 30),
        (_mantle("InputTokens", Model="m", Project="p"), 60),
        (_mantle("OutputTokens", Model="m", Project="p"), 30),
        (_mantle("InputTokens", Model="alone", Project="p"), 5),
    )
    assert counted == {
        Caller("mantle", "m"): Counts(input=40),
        Caller("mantle", "m", "p"): Counts(input=60, output=30),
        Caller("mantle", "alone", "p"): Counts(input=5),
    }


def test_a_series_that_is_told_in_parts_is_added_up() -> None:
    """CloudWatch may tell one series on two pages; what it does not tell counts as nothing."""
    series = series_of([_metric("InputTokenCount", ModelId="m"), _metric("OutputTokenCount", ModelId="m")])
    results: list[dict[str, Any]] = [
        {"Id": "m0", "Values": [1.0]},
        {"Id": "m0", "Values": [2.0]},
        {"Id": "m1"},
    ]
    assert counts_of(series, results) == {Caller("runtime", "m"): Counts(input=3)}
