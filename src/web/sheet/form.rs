//! Forms of a sheet: fields with their words, what was typed and what is wrong with it.

use crate::http::problem::Fault;
use crate::values::Lang;
use crate::words;

/// A field of a form.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its words.
    pub label: String,
    /// What helps to fill it.
    pub hint: String,
    /// The value as typed.
    pub value: String,
    /// What is wrong with it.
    pub error: String,
    /// `text`, `email`, `password`, `date`, `file`, `area`, `select`, `checks`, `radio`, `hidden`, `heading`.
    pub kind: &'static str,
    /// For `autocomplete=`.
    pub autocomplete: &'static str,
    /// Choices: value, words, a smaller line, chosen.
    pub choices: Vec<(String, String, String, bool)>,
    /// Whether it is a short field.
    pub half: bool,
}
impl Field {
    /// Whether it is a long list of short boxes, which stand side by side where there is room.
    #[must_use]
    pub fn many(&self) -> bool {
        self.kind == "checks" && self.choices.len() > 3 && self.choices.iter().all(|c| c.2.is_empty())
    }
}

/// A form.
#[derive(Debug, Clone, Default)]
pub struct FormView {
    /// Its name in the page, when check boxes outside of it belong to it.
    pub id: &'static str,
    /// Its heading.
    pub heading: String,
    /// A sentence before it.
    pub lead: String,
    /// Where it posts to.
    pub action: String,
    /// Whether it only asks: its fields become the query of the address.
    pub get: bool,
    /// Whether files go along.
    pub multipart: bool,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The button's words.
    pub button: String,
    /// The button's class.
    pub class: &'static str,
    /// A second way out: words and address.
    pub other: Option<(String, String)>,
    /// A second button that only asks with the same fields: words and address.
    pub second: Option<(String, String)>,
}

impl FormView {
    /// Whether it is a short question whose fields stand side by side.
    #[must_use]
    pub fn in_a_row(&self) -> bool {
        self.get && self.fields.len() < 6 && self.fields.iter().all(|f| !matches!(f.kind, "radio" | "checks"))
    }
}

/// Makes the fields of a form in the reader's language.
pub struct Fields<'f> {
    lang: Lang,
    faults: &'f [Fault],
    fields: Vec<Field>,
}

impl<'f> Fields<'f> {
    /// Begins a form that shows these faults.
    #[must_use]
    pub const fn new(lang: Lang, faults: &'f [Fault]) -> Self {
        Self { lang, faults, fields: Vec::new() }
    }
    /// Adds a field; its words are `field-NAME` (or of the given key) and, when there, `field-NAME-hint`.
    #[must_use]
    pub fn field(self, name: &'static str, kind: &'static str, value: &str) -> Self {
        self.keyed(name, name, kind, value, "")
    }
    /// Adds a field with an `autocomplete` word.
    #[must_use]
    pub fn known(self, name: &'static str, kind: &'static str, value: &str, autocomplete: &'static str) -> Self {
        self.keyed(name, name, kind, value, autocomplete)
    }
    /// Adds a field whose words have another key than its name.
    #[must_use]
    pub fn keyed(
        mut self,
        name: &'static str,
        key: &str,
        kind: &'static str,
        value: &str,
        autocomplete: &'static str,
    ) -> Self {
        let key = format!("field-{}", key.replace('_', "-"));
        let hint = format!("{key}-hint");
        let hint = if words::has(self.lang, &hint) { words::say(self.lang, &hint) } else { String::new() };
        let label = if kind == "hidden" { String::new() } else { words::say(self.lang, &key) };
        let error = self
            .faults
            .iter()
            .find(|f| f.field == name)
            .map(|f| words::with(self.lang, f.message, &[("value", &f.value)]))
            .unwrap_or_default();
        self.fields.push(Field {
            name,
            label,
            hint,
            value: value.to_owned(),
            error,
            kind,
            autocomplete,
            ..Field::default()
        });
        self
    }
    /// Adds a select for a term of a licence, whose words stand under the term's own key.
    #[must_use]
    pub fn action(mut self, name: &'static str, key: &str, value: &str) -> Self {
        let label = words::say(self.lang, key);
        let error =
            self.faults.iter().find(|f| f.field == name).map(|f| words::say(self.lang, f.message)).unwrap_or_default();
        self.fields.push(Field { name, label, value: value.to_owned(), error, kind: "select", ..Field::default() });
        self
    }
    /// Makes the last field a short one.
    #[must_use]
    pub fn half(mut self) -> Self {
        if let Some(last) = self.fields.last_mut() {
            last.half = true;
        }
        self
    }
    /// Gives the last field its choices: value, words, smaller line; the chosen one is the field's value, for
    /// `checks` all that its value names between spaces.
    #[must_use]
    pub fn choices(mut self, list: impl IntoIterator<Item = (String, String, String)>) -> Self {
        if let Some(last) = self.fields.last_mut() {
            let chosen: Vec<String> = if last.kind == "checks" {
                last.value.split_whitespace().map(str::to_owned).collect()
            } else {
                vec![last.value.clone()]
            };
            last.choices = list.into_iter().map(|(v, t, s)| (v.clone(), t, s, chosen.contains(&v))).collect();
        }
        self
    }
    /// Ends the form.
    #[must_use]
    pub fn done(self) -> Vec<Field> {
        self.fields
    }
}
