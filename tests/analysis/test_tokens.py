"""What a text becomes in the index: golden cases, and the laws of offsets."""

import pytest

from search.analysis import analyze

CASES = {
    "The Patient's cells": ["the", "patient", "cells"],
    "patient’s patients' ‘quoted’": ["patient", "patients", "quoted"],
    "meta-analysis": ["meta-analysis", "meta", "analysis"],
    "meta\u2010analysis meta\u2011analysis meta–analysis": ["meta-analysis", "meta", "analysis"] * 3,
    "COVID-19": ["covid-19", "covid", "19"],
    "U.S. policy": ["u.s", "policy"],
    "C++, C# and F#.": ["c++", "c#", "and", "f#"],
    ".NET": [".net"],
    "10.1186/s13287": ["10.1186", "s13287"],
    "3.5% of 1,000": ["3.5", "of", "1,000"],
    "co\u00adoperate": ["cooperate"],
}


@pytest.mark.parametrize("text", CASES)
def test_terms(text: str) -> None:
    assert analyze(text).terms == CASES[text]
