//! What is typed about organisations, in forms and in the API alike.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::parties::{NewParty, PartyChange, PartyKind, Role, Roles, SCOPES, SizeClass};
use crate::values::{Currency, Line, Money, Prose, Slug};
use crate::web::accounts::forms::{Faults, fault};
use serde::Deserialize;
use utoipa::ToSchema;

/// Particulars of an organisation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct PartyTyped {
    /// The name in addresses; only when founding.
    pub slug: String,
    /// Legal name in Chinese.
    pub name_zh: String,
    /// Legal name in English.
    pub name_en: String,
    /// `company`, `institute` or `consortium`; only when founding.
    pub kind: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Unified social credit code, LEI or VAT id.
    pub registration: String,
    /// To whom invoices are to be paid; only when changing.
    pub payee: String,
    /// `micro`, `small`, `medium` or `large`; empty when it is not declared; only when changing.
    pub size_class: String,
    /// The revision that the form showed.
    #[schema(ignore)]
    pub revision: String,
}
impl Typed for PartyTyped {}

/// The check character of a unified social credit code (GB 32100-2015): weights are powers of 3 modulo 31.
#[must_use]
pub fn good_credit_code(code: &str) -> bool {
    const SET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<usize>> = code.chars().map(|c| SET.find(c)).collect();
    let Some(values) = values.filter(|v| v.len() == 18) else { return false };
    let mut weight = 1;
    let mut sum = 0;
    for value in values.iter().take(17) {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    values.last() == Some(&((31 - sum % 31) % 31))
}

impl PartyTyped {
    fn common(&self, faults: &mut Faults) -> Option<(Line, Line, String, Line)> {
        let zh = faults.text("name_zh", Line::optional(&self.name_zh));
        let en = faults.text("name_en", Line::optional(&self.name_en));
        if self.name_zh.trim().is_empty() && self.name_en.trim().is_empty() {
            faults.0.push(fault("name_en", "fault-one-language"));
        }
        let country = self.country.trim().to_ascii_uppercase();
        let country = Some(country).filter(|c| c.len() == 2 && c.bytes().all(|b| b.is_ascii_uppercase()));
        let country = faults.or("country", country, "fault-country");
        let registration = faults.text("registration", Line::parse(&self.registration));
        let code = self.registration.trim().to_ascii_uppercase();
        if country.as_deref() == Some("CN") && !code.is_empty() && !good_credit_code(&code) {
            faults.0.push(fault("registration", "fault-credit-code"));
        }
        Some((zh?, en?, country?, registration?))
    }
    /// Gives the values of a new organisation.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse_new(&self) -> Result<NewParty, Vec<Fault>> {
        let mut faults = Faults::default();
        let slug = faults.or("slug", Slug::parse(&self.slug).ok(), "fault-slug");
        let kind = faults.or("kind", PartyKind::parse(&self.kind), "fault-choice");
        let common = self.common(&mut faults);
        match (slug, kind, common) {
            (Some(slug), Some(kind), Some((name_zh, name_en, country, registration))) if faults.0.is_empty() => {
                Ok(NewParty { slug, name_zh, name_en, kind, country, registration })
            }
            _ => Err(faults.0),
        }
    }
    /// Gives the values of changed particulars.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse_change(&self) -> Result<PartyChange, Vec<Fault>> {
        let mut faults = Faults::default();
        let payee = faults.text("payee", Prose::optional(&self.payee));
        let size = if self.size_class.is_empty() {
            Some(None)
        } else {
            faults.or("size_class", SizeClass::parse(&self.size_class).map(Some), "fault-choice")
        };
        let common = self.common(&mut faults);
        match (payee.zip(size), common) {
            (Some((payee, size_class)), Some((name_zh, name_en, country, registration))) if faults.0.is_empty() => {
                Ok(PartyChange { name_zh, name_en, country, registration, payee, size_class })
            }
            _ => Err(faults.0),
        }
    }
}

/// The policy: above which amount an approver decides first.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct PolicyTyped {
    /// The amount, such as 10000.00; empty switches the step off.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The revision that the form showed.
    #[schema(ignore)]
    pub revision: String,
}
impl Typed for PolicyTyped {}
impl PolicyTyped {
    /// Gives the amount, if any.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<Option<Money>, Vec<Fault>> {
        let mut faults = Faults::default();
        let currency: Option<Currency> = faults.or("currency", self.currency.parse().ok(), "fault-currency");
        if self.amount.trim().is_empty() {
            return Ok(None);
        }
        let amount = currency.and_then(|c| faults.or("amount", Money::parse(&self.amount, c).ok(), "fault-amount"));
        amount.map(Some).ok_or(faults.0)
    }
}

/// Reads how an organisation was verified.
///
/// # Errors
/// The fault of the field.
pub fn method(text: &str) -> Result<Line, Vec<Fault>> {
    let mut faults = Faults::default();
    faults.text("method", Line::parse(text)).ok_or(faults.0)
}

/// Reads name and scopes of a service account.
///
/// # Errors
/// The faults of all fields.
pub fn service(name: &str, scopes: &[String]) -> Result<(Line, Vec<String>), Vec<Fault>> {
    let mut faults = Faults::default();
    let name = faults.text("name", Line::parse(name));
    let known = !scopes.is_empty() && scopes.iter().all(|s| SCOPES.contains(&s.as_str()));
    let scopes = faults.or("scopes", known.then(|| scopes.to_vec()), "fault-scopes");
    name.zip(scopes).ok_or(faults.0)
}

/// A form with a check box for each role; `seen` are the roles that it showed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RolesTyped {
    /// The invited address.
    pub email: String,
    /// The roles that the form showed.
    pub seen: String,
    owner: String,
    requester: String,
    approver: String,
    signatory: String,
    publisher: String,
    licensor: String,
    finance: String,
    auditor: String,
}
impl Typed for RolesTyped {}
impl RolesTyped {
    /// Gives the checked roles.
    #[must_use]
    pub fn roles(&self) -> Roles {
        let boxes = [
            (&self.owner, Role::Owner),
            (&self.requester, Role::Requester),
            (&self.approver, Role::Approver),
            (&self.signatory, Role::Signatory),
            (&self.publisher, Role::Publisher),
            (&self.licensor, Role::Licensor),
            (&self.finance, Role::Finance),
            (&self.auditor, Role::Auditor),
        ];
        Roles::of(boxes.into_iter().filter(|(text, _)| !text.is_empty()).map(|(_, role)| role))
    }
}

/// The form that makes a service account.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceTyped {
    /// What it is called.
    pub name: String,
    read: String,
    purchase: String,
    download: String,
}
impl Typed for ServiceTyped {}
impl ServiceTyped {
    /// Gives the checked scopes.
    #[must_use]
    pub fn scopes(&self) -> Vec<String> {
        let boxes = [(&self.read, "read"), (&self.purchase, "purchase"), (&self.download, "download")];
        boxes.into_iter().filter(|(text, _)| !text.is_empty()).map(|(_, s)| s.to_owned()).collect()
    }
}

/// A form with the method of a verification.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MethodTyped {
    /// The method.
    pub method: String,
}
impl Typed for MethodTyped {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_codes() {
        assert!(good_credit_code("91350100M000100Y43"));
        assert!(!good_credit_code("91350100M000100Y44"));
        assert!(!good_credit_code("9135"));
    }

    #[test]
    fn all_faults_at_once() {
        let faults = PartyTyped { country: "China".to_owned(), ..PartyTyped::default() }.parse_new().unwrap_err();
        let fields: Vec<_> = faults.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(fields, ["slug", "kind", "name_en", "country", "registration"]);
    }
}
