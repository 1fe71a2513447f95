"""Reads the days of one metric from data/monthly and data/daily: python3 read.py DATA ENTITY METRIC STAT, a line a day."""

import glob
import json
import sys


def expand(column, samples):
    """A stored column as a list, one item a day; rules 1 and 2 of docs/your-data.md."""
    if isinstance(column, list) and len(column) == 2 and isinstance(column[1], list):
        e, items = column
        return [None if n is None else (n / 10**-e if e < 0 else n * 10**e) for n in items]
    if isinstance(column, list):
        return column
    return [None if count is None else column for count in samples]


def month_rows(month, entity, metric, stat):
    own = month["entities"].get(entity)
    if own is None:
        return {}
    every = [1] * len(month["days"])
    samples = expand(own["samples"], every)
    if metric in own.get("counters", {}):
        counter = own["counters"][metric]
        column = counter.get(stat, own.get(stat))
    else:
        gauge = own.get("gauges", {}).get(metric, {})
        column = gauge.get(stat, gauge.get("last"))
    values = [None] * len(every) if column is None else expand(column, samples)
    return dict(zip(month["days"], values))


def day_value(day, entity, metric, stat):
    own = day["entities"].get(entity, {})
    value = {**own.get("gauges", {}), **own.get("counters", {})}.get(metric)
    return value[stat] if isinstance(value, dict) else value


data, entity, metric, stat = sys.argv[1:5]
rows = {}
for path in sorted(glob.glob(f"{data}/daily/*/*.json")):
    with open(path, encoding="utf-8") as file:
        day = json.load(file)
    assert day["schema"] == "vigie/daily@2", f"{path}: {day['schema']}"
    rows[day["day"]] = day_value(day, entity, metric, stat)
for path in sorted(glob.glob(f"{data}/monthly/*.json")):
    with open(path, encoding="utf-8") as file:
        month = json.load(file)
    assert month["schema"] == "vigie/monthly@2", f"{path}: {month['schema']}"
    rows.update(month_rows(month, entity, metric, stat))
for day in sorted(rows):
    if rows[day] is not None:
        print(day, json.dumps(float(rows[day])))
