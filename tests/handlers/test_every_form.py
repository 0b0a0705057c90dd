"""A talk remembers a form by its name: two of one name would be one."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from handlers import forms
from handlers.form import Form
from handlers.forms.every import FORMS


def made() -> Iterator[Form]:
    for module in pkgutil.iter_modules(forms.__path__):
        for value in vars(import_module(f"handlers.forms.{module.name}")).values():
            if isinstance(value, Form):
                yield value
            elif isinstance(value, dict):
                yield from (one for one in value.values() if isinstance(one, Form))


def test_every_form_is_found_by_its_name() -> None:
    lost = {form.name for form in made() if FORMS.get(form.name) is not form}
    assert lost == set()
