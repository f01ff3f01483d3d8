//! Two editors of one form: the second one sees both values of every field that differs, side by side, and chooses.
//!
//! The form that is shown is the ordinary one with the newest revision: each differing field is a choice between two
//! ready values, each other field is hidden. So choosing is saving, and a third editor in between is found the same way.

use crate::http::problem::Fault;
use crate::http::{Answer, answer};
use crate::values::{Lang, hash_text};
use crate::web::layout::Frame;
use crate::web::sheet::{Field, Fields};
use crate::words;
use actix_web::http::StatusCode;
use askama::Template;

/// One side of a field that differs.
struct Side {
    value: String,
    shown: String,
    chosen: bool,
}

/// A field that differs.
struct Versus {
    name: String,
    label: String,
    theirs: Side,
    mine: Side,
}

/// The page on which the second editor chooses.
#[derive(Template)]
#[template(path = "pages/conflict.html")]
struct ConflictView {
    f: Frame,
    crumb: (String, String),
    action: String,
    who: String,
    differing: Vec<Versus>,
    hidden: Vec<(String, String)>,
}

/// A field of a form, as two editors are compared by it.
pub(super) struct Part {
    /// The field's name.
    pub name: String,
    /// Its words.
    pub label: String,
    /// The value as it is sent.
    pub value: String,
    /// The value as it is read: the words of a choice.
    pub shown: String,
}
impl Part {
    /// The fields of an ordinary form.
    pub(super) fn of(fields: Vec<Field>) -> Vec<Self> {
        let part = |f: Field| Self {
            shown: f.choices.iter().find(|c| c.0 == f.value).map_or_else(|| f.value.clone(), |c| c.1.clone()),
            name: f.name.to_owned(),
            label: f.label,
            value: f.value,
        };
        fields.into_iter().filter(|f| !matches!(f.name, "revision" | "base" | "autosave" | "once")).map(part).collect()
    }
}

/// What stood in a form when it was opened: name and short digest of each field, to tell later who changed what.
pub(super) fn base(parts: &[Part]) -> String {
    parts.iter().map(|p| format!("{}:{}", p.name, short(&p.value))).collect::<Vec<_>>().join(" ")
}

fn was<'b>(base_text: &'b str, name: &str) -> &'b str {
    base_text.split(' ').find_map(|p| p.strip_prefix(name)?.strip_prefix(':')).unwrap_or("")
}

fn short(value: &str) -> String {
    // Browsers send line ends in their own way.
    let digest = hash_text(value.replace("\r\n", "\n").trim());
    digest.as_str().get(..10).unwrap_or_default().to_owned()
}

/// The hidden fields that find and settle conflicts: the revision, what stood there, and how often the script saves.
pub(super) fn guards(lang: Lang, revision: &str, base_text: &str, autosave: bool) -> Vec<Field> {
    let none: [Fault; 0] = [];
    let mut fields = Fields::new(lang, &none).field("revision", "hidden", revision).field("base", "hidden", base_text);
    if autosave {
        fields = fields.field("autosave", "hidden", "20");
    }
    fields.done()
}

/// Whether the other editor touched none of the fields that this one changed: then both changes stand side by side, and
/// there is nothing to choose.
pub(super) fn is_mine_alone(theirs: &[Part], mine: &[Part], base_text: &str) -> bool {
    let differing = theirs.iter().zip(mine).filter(|(kept, typed)| short(&kept.value) != short(&typed.value));
    theirs.len() == mine.len()
        && differing.into_iter().all(|(kept, _)| was(base_text, &kept.name) == short(&kept.value))
}

/// Whom and where a conflict concerns.
pub(super) struct Place {
    /// The frame, with the title of the form.
    pub f: Frame,
    /// Where the form stands: words and address.
    pub crumb: (String, String),
    /// Where the form posts to.
    pub action: String,
    /// Who changed it meanwhile, and when.
    pub who: String,
}

/// Shows both sides. `theirs` is the form as it is kept now, `mine` as it was typed, `base_text` as it was opened.
pub(super) fn page(place: Place, theirs: &[Part], mine: &[Part], base_text: &str, revision: &str) -> Answer {
    page_with(place, theirs, mine, base_text, revision, Vec::new())
}

/// Shows both sides, with more hidden fields that no editor changes.
pub(super) fn page_with(
    place: Place,
    theirs: &[Part],
    mine: &[Part],
    base_text: &str,
    revision: &str,
    mut hidden: Vec<(String, String)>,
) -> Answer {
    let lang = place.f.lang();
    let shown = |part: &Part| {
        if part.shown.trim().is_empty() { words::say(lang, "nothing-written") } else { part.shown.clone() }
    };
    let mut differing = Vec::new();
    for (kept, typed) in theirs.iter().zip(mine) {
        if short(&kept.value) == short(&typed.value) {
            hidden.push((kept.name.clone(), kept.value.clone()));
            continue;
        }
        // Whoever left a field as it was has nothing to lose there.
        let untouched = short(&typed.value) == was(base_text, &kept.name);
        differing.push(Versus {
            name: kept.name.clone(),
            label: kept.label.clone(),
            theirs: Side { value: kept.value.clone(), shown: shown(kept), chosen: untouched },
            mine: Side { value: typed.value.clone(), shown: shown(typed), chosen: !untouched },
        });
    }
    hidden.push(("revision".to_owned(), revision.to_owned()));
    hidden.push(("base".to_owned(), base(theirs)));
    let Place { f, crumb, action, who } = place;
    answer::html_as(StatusCode::CONFLICT, &ConflictView { f, crumb, action, who, differing, hidden })
}
