"""What is in this folder names only metrics, labels and values that a node really exports, and everything is documented.

`metrics.txt` and `metrics-host.txt` are what a running node and node_exporter told scripts/metrics.sh.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

OPS = Path(__file__).parent
DOCS = OPS.parent / "docs" / "validator.md"
RULES = OPS / "prometheus" / "rules.yml"
RULES_TEST = OPS / "prometheus" / "rules.test.yml"
DASHBOARD = OPS / "grafana" / "assay-node.json"

# What Prometheus adds to whatever it reads.
TARGET_LABELS = {"instance", "job"}
# Words of PromQL that are no metrics.
WORDS = {"and", "or", "unless", "on", "ignoring", "by", "without", "bool", "offset", "group_left", "group_right"}
# These look at a gauge's values; these at how fast a counter rises.
OF_GAUGES = {"changes", "delta", "deriv", "predict_linear"}
OF_COUNTERS = {"increase", "rate"}


def recorded():
    """Each metric's type, and its labels with the values that are known to be all."""
    metrics = {"up": ("gauge", {})}
    for name in ("metrics.txt", "metrics-host.txt"):
        for line in (OPS / name).read_text().splitlines():
            if line.startswith("#"):
                continue
            metric, kind, *labels = line.split()
            pairs = (label.partition("=") for label in labels)
            labels = {label: values.split("|") if values else None for label, _, values in pairs}
            if kind == "histogram":
                for part in ("bucket", "sum", "count"):
                    metrics[f"{metric}_{part}"] = ("counter", labels | ({"le": None} if part == "bucket" else {}))
            else:
                metrics[metric] = (kind, labels)
    return metrics


METRICS = recorded()


def selectors(expression):
    """The metrics that an expression names, each with its matchers: label, operator, value."""
    matchers = {}

    def keep(match):
        matchers[key := f"#{len(matchers)}#"] = re.findall(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"', match[1])
        return key

    text = re.sub(r"\{([^}]*)\}", keep, expression)
    text = re.sub(r"\b(by|without|on|ignoring)\s*\([^)]*\)", " ", text)
    text = re.sub(r"\[[^]]*\]", "", text)
    for name, called, key in re.findall(r"([a-zA-Z_]\w*)\s*(\()?(#\d+#)?", text):
        if not called and name not in WORDS:
            yield name, matchers.get(key, [])


def calls(expression):
    """The functions of ranges in an expression, each with the metric that it looks at."""
    return re.findall(r"(\w+)\((\w+)(?:\{[^}]*\})?\[", expression)


def alerts():
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard():
    return json.loads(DASHBOARD.read_text())


def panels():
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def expressions():
    for rule in alerts():
        yield rule["alert"], rule["expr"]
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


EXPRESSIONS = list(expressions())
ids = [name for name, _ in EXPRESSIONS]


def test_selectors_are_found():
    expression = 'sum by(a) (rate(x_total{b!="c", d=~"e|f"}[5m])) / on(g) y{} > 3 and time() - z > 1800'
    assert list(selectors(expression)) == [("x_total", [("b", "!=", "c"), ("d", "=~", "e|f")]), ("y", []), ("z", [])]
    assert calls(expression) == [("rate", "x_total")]


@pytest.mark.parametrize("where, expression", EXPRESSIONS, ids=ids)
def test_metrics_and_labels_are_exported(where, expression):
    found = list(selectors(expression))
    assert found
    for metric, matchers in found:
        assert metric in METRICS, f"{where} names {metric}, which nobody exports"
        for label, operator, value in matchers:
            labels = METRICS[metric][1]
            assert label in labels or label in TARGET_LABELS, f"{where}: {metric} has no label {label}"
            known = labels.get(label)
            if known and operator in ("=", "=~"):
                assert set(value.split("|")) <= set(known), f"{where}: {metric} has no {label} {value}"


@pytest.mark.parametrize("where, expression", EXPRESSIONS, ids=ids)
def test_functions_suit_the_kind_of_metric(where, expression):
    for function, metric in calls(expression):
        kind = METRICS[metric][0]
        expected = "counter" if function in OF_COUNTERS else "gauge"
        assert function in OF_COUNTERS | OF_GAUGES and kind == expected, f"{where}: {function} of the {kind} {metric}"


def test_labels_in_annotations_are_exported():
    for rule in alerts():
        labels = TARGET_LABELS.union(*(METRICS[metric][1] for metric, _ in selectors(rule["expr"])))
        for text in rule["annotations"].values():
            assert set(re.findall(r"\$labels\.(\w+)", text)) <= labels, rule["alert"]


def test_every_alert_is_whole():
    names = [rule["alert"] for rule in alerts()]
    assert len(names) == len(set(names))
    for rule in alerts():
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}, rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning"), rule["alert"]
        assert set(rule["annotations"]) == {"summary", "description"}, rule["alert"]


def test_every_alert_is_tested_and_documented():
    tested, documented = RULES_TEST.read_text(), DOCS.read_text()
    for rule in alerts():
        assert f'alertname="{rule["alert"]}"' in tested, rule["alert"]
        assert f'| `{rule["alert"]}` |' in documented, rule["alert"]
    for name in re.findall(r"\bAssay[A-Z]\w+", documented):
        assert name in {rule["alert"] for rule in alerts()}, f"{name} is documented, and no alert"


def test_the_rules_do_what_their_tests_say():
    promtool = shutil.which("promtool")
    if not promtool:
        pytest.skip("promtool is not here (Debian: prometheus)")
    subprocess.run([promtool, "check", "config", "prometheus.yml"], cwd=RULES.parent, check=True)
    subprocess.run([promtool, "test", "rules", RULES_TEST.name], cwd=RULES.parent, check=True)


def test_the_dashboard_has_a_shape():
    board = dashboard()
    assert [panel["id"] for panel in board["panels"]] == list(range(1, len(board["panels"]) + 1))
    cells = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        own = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not own & cells, f"{panel['title']} covers another panel"
        cells |= own
    for panel in panels():
        assert panel["description"] and panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
        for target in panel["targets"]:
            assert target["datasource"]["uid"] == "${datasource}", panel["title"]
            labels = TARGET_LABELS.union(*(METRICS[metric][1] for metric, _ in selectors(target["expr"])))
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= labels, panel["title"]


def test_the_dashboards_variables_are_exported_and_used():
    board = dashboard()
    text = json.dumps(board["panels"])
    for variable in board["templating"]["list"]:
        assert f"${variable['name']}" in text or f"${{{variable['name']}}}" in text, variable["name"]
        if variable["type"] == "query":
            metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"]).groups()
            assert metric in METRICS and label in TARGET_LABELS | set(METRICS[metric][1]), variable["name"]


def test_the_unit_is_hardened_and_lets_the_runtime_be_compiled():
    unit = (OPS / "assay-node.service").read_text()
    settings = dict(re.findall(r"^([A-Z]\w+)=(.*)$", unit, re.MULTILINE))
    for setting in ("NoNewPrivileges", "PrivateDevices", "PrivateTmp", "ProtectHome", "RestrictNamespaces"):
        assert settings[setting] == "yes", setting
    assert settings["ProtectSystem"] == "strict"
    assert settings["CapabilityBoundingSet"] == ""
    assert settings["User"] not in ("", "root")
    # Wasmtime writes machine code and executes it.
    assert settings["MemoryDenyWriteExecute"] == "no"


def test_what_the_documentation_links_to_is_there():
    for page in (DOCS, OPS.parent / "chain-spec" / "README.md"):
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
