//! The forms with which somebody decides on the page of a request: approve, sign, return, refuse, submit again.

use super::decide::Act;
use super::timeline;
use super::views::Failed;
use crate::http::problem::Fault;
use crate::market::parties::refusals::OwnReason;
use crate::market::purchases::{Desk, Purchase};
use crate::urls;
use crate::values::Lang;
use crate::web::sheet::{Fields, FormView};
use crate::words;

/// The form of an act; each has field names of its own, so that several stand on one page.
pub(super) fn decision_form(
    lang: Lang,
    p: &Purchase,
    act: Act,
    side: Desk,
    failed: Option<&Failed<'_>>,
    (preset, own): (&str, &[OwnReason]),
) -> FormView {
    let failed = failed.filter(|f| f.act == act);
    let (part, field, button, class) = match act {
        Act::Approve => ("approval", "note", "approve", "primary"),
        Act::Refuse => ("refusal", "refusal_note", "refuse", "danger"),
        Act::GiveBack => ("return", "return_note", "return-for-changes", ""),
        Act::Resubmit => ("resubmission", "note", "resubmit", "primary"),
    };
    let faults: Vec<Fault> = failed.map_or_else(Vec::new, |f| f.faults.iter().map(|x| named(x, field)).collect());
    let typed = failed.map_or(preset, |f| f.typed.note.as_str());
    let mut fields = Fields::new(lang, &faults);
    if act == Act::Refuse {
        let chosen = failed.map_or("other", |f| f.typed.reason.as_str());
        fields = fields
            .keyed("reason", "refusal_reason", "select", chosen, "")
            .choices(timeline::reason_choices(lang, side, own));
    }
    let key = format!("{part}_note");
    let fields =
        fields.keyed(field, &key, "area", typed, "").field("revision", "hidden", &p.revision.to_string()).done();
    FormView {
        action: urls::purchase_part(p.id, part),
        fields,
        button: words::say(lang, button),
        class,
        ..FormView::default()
    }
}

/// Turns the approval form into a signature: it says what is signed, and asks for the password when none was shown lately.
pub(super) fn signing(lang: Lang, form: &mut FormView, p: &Purchase, failed: Option<&Failed<'_>>, proved: bool) {
    form.button = words::say(lang, "sign");
    form.lead = words::say(lang, "sign-lead");
    form.other = Some((words::say(lang, "read-agreement"), urls::purchase_part(p.id, "agreement")));
    if !proved {
        let faults = failed.filter(|f| f.act == Act::Approve).map_or(&[][..], |f| f.faults);
        let field = Fields::new(lang, faults).keyed("password", "shown_again", "password", "", "current-password");
        form.fields.extend(field.done());
    }
}

/// The fault of the note stands at the field under which this form shows it.
pub(super) fn named(fault: &Fault, field: &str) -> Fault {
    Fault { field: if fault.field == "note" { field.to_owned() } else { fault.field.clone() }, ..fault.clone() }
}
