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

/// What stood in a form when it was opened: name and short digest of each field, to tell later who changed what.
pub(super) fn base(fields: &[Field]) -> String {
    let shown = fields.iter().filter(|f| !is_own(f.name));
    shown.map(|f| format!("{}:{}", f.name, short(&f.value))).collect::<Vec<_>>().join(" ")
}

/// Fields of the form itself, which no editor changes.
fn is_own(name: &str) -> bool {
    matches!(name, "revision" | "base" | "autosave" | "once")
}

fn short(value: &str) -> String {
    // Browsers send line ends in their own way.
    let digest = hash_text(value.replace("\r\n", "\n").trim());
    digest.as_str().get(..12).unwrap_or_default().to_owned()
}

/// Adds the fields that find and settle conflicts: the revision, what stood there, and how often the script saves.
pub(super) fn guarded(
    mut fields: Vec<Field>,
    lang: Lang,
    revision: &str,
    base_text: &str,
    autosave: bool,
) -> Vec<Field> {
    let none: [Fault; 0] = [];
    let base_text = if base_text.is_empty() { base(&fields) } else { base_text.to_owned() };
    let mut more = Fields::new(lang, &none).field("revision", "hidden", revision).field("base", "hidden", &base_text);
    if autosave {
        more = more.field("autosave", "hidden", "20");
    }
    fields.extend(more.done());
    fields
}

/// Whether the other editor touched none of the fields that this one changed: then both changes stand side by side, and
/// there is nothing to choose.
pub(super) fn is_mine_alone(theirs: &[Field], mine: &[Field], base_text: &str) -> bool {
    let fields = theirs.iter().zip(mine).filter(|(kept, _)| !is_own(kept.name));
    fields.filter(|(kept, typed)| short(&kept.value) != short(&typed.value)).all(|(kept, _)| {
        let was = base_text.split(' ').find_map(|p| p.strip_prefix(kept.name)?.strip_prefix(':'));
        was == Some(short(&kept.value).as_str())
    })
}

/// What the reader sees of a value: the words of a choice, else the value itself.
fn shown(lang: Lang, field: &Field) -> String {
    let word = field.choices.iter().find(|c| c.0 == field.value).map(|c| c.1.clone());
    let text = word.unwrap_or_else(|| field.value.clone());
    if text.trim().is_empty() { words::say(lang, "nothing-written") } else { text }
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
pub(super) fn page(place: Place, theirs: &[Field], mine: &[Field], base_text: &str, revision: i64) -> Answer {
    let lang = place.f.lang();
    let was = |name: &str| base_text.split(' ').find_map(|p| p.strip_prefix(name)?.strip_prefix(':')).unwrap_or("");
    let (mut differing, mut hidden) = (Vec::new(), Vec::new());
    for (kept, typed) in theirs.iter().zip(mine).filter(|(kept, _)| !is_own(kept.name)) {
        if short(&kept.value) == short(&typed.value) {
            hidden.push((kept.name.to_owned(), kept.value.clone()));
            continue;
        }
        // Whoever left a field as it was has nothing to lose there.
        let untouched = short(&typed.value) == was(kept.name);
        differing.push(Versus {
            name: kept.name.to_owned(),
            label: kept.label.clone(),
            theirs: Side { value: kept.value.clone(), shown: shown(lang, kept), chosen: untouched },
            mine: Side { value: typed.value.clone(), shown: shown(lang, typed), chosen: !untouched },
        });
    }
    hidden.push(("revision".to_owned(), revision.to_string()));
    hidden.push(("base".to_owned(), base(theirs)));
    let Place { f, crumb, action, who } = place;
    answer::html_as(StatusCode::CONFLICT, &ConflictView { f, crumb, action, who, differing, hidden })
}
