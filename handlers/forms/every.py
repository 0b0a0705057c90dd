"""Every form by its name, as the state of a talk remembers it."""

from __future__ import annotations

from handlers.form import Form
from handlers.forms import (
    audit,
    broadcast,
    correct,
    details,
    drive,
    give,
    group_setting,
    hand_group,
    initiative,
    invite,
    line,
    place,
    portal,
    relay,
    unit_change,
)

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        *(initiative.FORM, invite.FORM, correct.FORM, unit_change.FORM, *details.FORMS.values()),
        *(line.FORM, portal.FORM, group_setting.FORM, hand_group.FORM),
        *(drive.FORM, drive.AIM, give.FORM, broadcast.FORM),
        *(relay.TO_ASKER, relay.UNASKED, relay.TO_HELPER, place.FORM, audit.FORM),
    )
}
