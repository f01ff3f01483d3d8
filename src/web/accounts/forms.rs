//! What is typed into the forms of accounts.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::accounts::passwords::{self, WeakPassword};
use crate::values::{BadText, Email, Lang, Line, Secret};
use serde::Deserialize;

/// Makes a fault of a field.
#[must_use]
pub fn fault(field: &str, message: &'static str) -> Fault {
    Fault { field: field.to_owned(), message, value: String::new() }
}

/// Says what is wrong with a text.
#[must_use]
pub fn text_fault(field: &str, bad: BadText) -> Fault {
    let (message, value) = match bad {
        BadText::Empty => ("fault-empty", String::new()),
        BadText::TooLong(most) => ("fault-too-long", most.to_string()),
        BadText::Characters => ("fault-characters", String::new()),
        BadText::Shape => ("fault-shape", String::new()),
    };
    Fault { field: field.to_owned(), message, value }
}

/// Collects values and faults: all faults of a form are told at once.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<Fault>);
impl Faults {
    /// Keeps the value, or notes the fault.
    pub fn text<T>(&mut self, field: &str, result: Result<T, BadText>) -> Option<T> {
        result.map_err(|bad| self.0.push(text_fault(field, bad))).ok()
    }
    /// Keeps the value, or notes a fault with its own words.
    pub fn or<T>(&mut self, field: &str, value: Option<T>, message: &'static str) -> Option<T> {
        if value.is_none() {
            self.0.push(fault(field, message));
        }
        value
    }
}

fn email(faults: &mut Faults, field: &str, text: &str) -> Option<Email> {
    let message = if text.trim().is_empty() { "fault-empty" } else { "fault-email" };
    faults.or(field, Email::parse(text).ok(), message)
}

fn new_password(faults: &mut Faults, field: &str, password: &str, words: &[&str]) -> Option<Secret<String>> {
    let secret = Secret::new(password.to_owned());
    let checked = passwords::check(&secret, words);
    let message = match checked {
        Ok(()) => return Some(secret),
        Err(WeakPassword::Short) => "fault-password-short",
        Err(WeakPassword::Long) => "fault-password-long",
        Err(WeakPassword::Guessable) => "fault-password-guessable",
    };
    faults.0.push(fault(field, message));
    None
}

/// The sign-up form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignUp {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    password: String,
    /// Where to go on to.
    pub next: String,
}
impl Typed for SignUp {}
impl SignUp {
    /// Gives the values.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<(Email, Line, Secret<String>), Vec<Fault>> {
        let mut faults = Faults::default();
        let email = email(&mut faults, "email", &self.email);
        let name = faults.text("name", Line::parse(&self.name));
        let password = new_password(&mut faults, "password", &self.password, &[&self.email, &self.name]);
        match (email, name, password) {
            (Some(e), Some(n), Some(p)) => Ok((e, n, p)),
            _ => Err(faults.0),
        }
    }
}

/// The sign-in form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignIn {
    /// The address.
    pub email: String,
    password: String,
    /// Where to go on to.
    pub next: String,
}
impl Typed for SignIn {}
impl SignIn {
    /// Gives the password.
    #[must_use]
    pub fn password(&self) -> Secret<String> {
        Secret::new(self.password.chars().take(1000).collect())
    }
}

/// A form with an address only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Address {
    /// The address.
    pub email: String,
}
impl Typed for Address {}
impl Address {
    /// Gives the address.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn parse(&self) -> Result<Email, Vec<Fault>> {
        let mut faults = Faults::default();
        email(&mut faults, "email", &self.email).ok_or(faults.0)
    }
}

/// The form behind a mailed link: perhaps with a new password.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LinkForm {
    password: String,
}
impl Typed for LinkForm {}
impl LinkForm {
    /// Gives the new password.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn new_password(&self, email: &str) -> Result<Secret<String>, Vec<Fault>> {
        let mut faults = Faults::default();
        new_password(&mut faults, "password", &self.password, &[email]).ok_or(faults.0)
    }
}

/// The profile form.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[schema(as = ProfileForm)]
#[serde(default)]
pub struct Profile {
    /// The name.
    pub name: String,
    /// The language: `zh-CN` or `en`.
    pub lang: String,
}
impl Typed for Profile {}
impl Profile {
    /// Gives the values.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<(Line, Lang), Vec<Fault>> {
        let mut faults = Faults::default();
        let name = faults.text("name", Line::parse(&self.name));
        let lang = faults.or("lang", Lang::parse(&self.lang), "fault-choice");
        name.zip(lang).ok_or(faults.0)
    }
}

/// The form that changes the password or the address; both ask for the current password.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Security {
    /// The current password.
    current: String,
    /// The new password, where that is changed.
    password: String,
    /// The new address, where that is changed.
    pub email: String,
}
impl Typed for Security {}
impl Security {
    /// Gives the current password.
    #[must_use]
    pub fn current(&self) -> Secret<String> {
        Secret::new(self.current.chars().take(1000).collect())
    }
    /// Gives the new password.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn new_password(&self, words: &[&str]) -> Result<Secret<String>, Vec<Fault>> {
        let mut faults = Faults::default();
        new_password(&mut faults, "password", &self.password, words).ok_or(faults.0)
    }
    /// Gives the new address.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn new_email(&self) -> Result<Email, Vec<Fault>> {
        let mut faults = Faults::default();
        email(&mut faults, "email", &self.email).ok_or(faults.0)
    }
}

/// What a key names in the place of an organisation when it is for the operator's own acts.
pub const EXCHANGE: &str = "exchange";

/// What makes an API key.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NewKey {
    /// What it is called.
    pub name: String,
    /// The organisation that it acts for, or `exchange`.
    pub organisation: String,
    /// Days until it ends, 1 to 365.
    pub days: String,
    /// The current password; not needed in a browser's session.
    current: String,
}
impl Typed for NewKey {}
impl NewKey {
    /// Gives the current password.
    #[must_use]
    pub fn current(&self) -> Secret<String> {
        Secret::new(self.current.chars().take(1000).collect())
    }
    /// Gives name and days.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<(Line, i64), Vec<Fault>> {
        let mut faults = Faults::default();
        let name = faults.text("name", Line::parse(&self.name));
        let days = self.days.trim().parse().ok().filter(|d| (1..=365).contains(d));
        let days = faults.or("days", days, "fault-days");
        name.zip(days).ok_or(faults.0)
    }
}

/// A form of buttons only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Nothing {}
impl Typed for Nothing {}
