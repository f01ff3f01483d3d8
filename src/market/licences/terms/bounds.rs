//! What bounds the use of the data, what a text states besides, and what the server does not understand.

use super::BadTerms;
use super::kinds::{Keeper, kinds};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// The fields of use that can be named: sections of ISIC and GB/T 4754, as datasets name their sector.
pub const FIELDS: &[&str] = &["A", "B", "C", "D", "E", "F", "G", "H", "I", "M"];

/// The most entries of one list.
const MOST: usize = 250;
/// The most networks: as many as a grant keeps.
const MOST_NETWORKS: usize = 50;
/// The largest number of seats, days, downloads or GiB.
const LARGEST: u32 = 1_000_000;

kinds! {
    /// What the data is used for.
    Purpose {
        /// Trying the data before buying.
        Evaluation, "evaluation", "purpose-evaluation";
        /// Research whose findings are published.
        Research, "research", "purpose-research";
        /// The holder's own operations and decisions.
        Internal, "internal", "purpose-internal";
        /// Products and services for others.
        Products, "products", "purpose-products";
    }
}

kinds! {
    /// Who comes to have the data.
    Recipient {
        /// The holder's own people.
        Staff, "staff", "recipient-staff";
        /// Processors that work for the holder.
        Contractors, "contractors", "recipient-contractors";
        /// Companies of the same group.
        Affiliates, "affiliates", "recipient-affiliates";
        /// Members of the same consortium.
        Consortium, "consortium", "recipient-consortium";
        /// Customers and other third parties.
        Others, "others", "recipient-others";
    }
}

kinds! {
    /// The kind of a constraint.
    Bound {
        /// What for.
        Purpose, "purpose", "bound-purpose";
        /// Where.
        Territory, "territory", "bound-territory";
        /// In which field.
        Field, "field", "bound-field";
        /// By whom.
        Recipients, "recipients", "bound-recipients";
        /// By how many people.
        Seats, "seats", "bound-seats";
        /// How long.
        Duration, "duration", "bound-duration";
        /// How often it is downloaded.
        Downloads, "downloads", "bound-downloads";
        /// How much is downloaded.
        Volume, "volume", "bound-volume";
        /// From which networks it is downloaded.
        Networks, "networks", "bound-networks";
    }
}

kinds! {
    /// What a text states besides permissions, duties and bounds.
    Statement {
        /// How far the parties are liable.
        Liability, "liability", "statement-liability";
        /// Under which law.
        GoverningLaw, "governing_law", "statement-governing-law";
    }
}

impl Bound {
    /// Tells who keeps a constraint of this kind. An offer cannot give a longer term than the licence, and delivery
    /// stops at its end; a grant begins with the downloads, volume and networks of its licence as limits of every
    /// delivery. The rest happens where the server does not see.
    #[must_use]
    pub const fn keeper(self) -> Keeper {
        match self {
            Self::Duration | Self::Downloads | Self::Volume | Self::Networks => Keeper::Enforced,
            Self::Purpose | Self::Territory | Self::Field | Self::Recipients | Self::Seats => Keeper::Promised,
        }
    }
}

/// A constraint with its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    /// For these purposes only.
    Purpose(Vec<Purpose>),
    /// In these countries only: ISO 3166-1 alpha-2.
    Territory(Vec<String>),
    /// In these fields only: codes of [`FIELDS`].
    Field(Vec<String>),
    /// By these only.
    Recipients(Vec<Recipient>),
    /// By at most so many people.
    Seats(u32),
    /// For at most so many days.
    Duration(u32),
    /// At most so many downloads.
    Downloads(u32),
    /// At most so many GiB downloaded.
    Volume(u32),
    /// Downloaded from these networks only, in CIDR form.
    Networks(Vec<String>),
}

impl Constraint {
    /// Gives its kind.
    #[must_use]
    pub const fn bound(&self) -> Bound {
        match self {
            Self::Purpose(_) => Bound::Purpose,
            Self::Territory(_) => Bound::Territory,
            Self::Field(_) => Bound::Field,
            Self::Recipients(_) => Bound::Recipients,
            Self::Seats(_) => Bound::Seats,
            Self::Duration(_) => Bound::Duration,
            Self::Downloads(_) => Bound::Downloads,
            Self::Volume(_) => Bound::Volume,
            Self::Networks(_) => Bound::Networks,
        }
    }

    /// Gives its values as codes: the list, or the one number.
    #[must_use]
    pub fn values(&self) -> Vec<String> {
        match self {
            Self::Purpose(list) => list.iter().map(|p| p.code().to_owned()).collect(),
            Self::Recipients(list) => list.iter().map(|r| r.code().to_owned()).collect(),
            Self::Territory(list) | Self::Field(list) | Self::Networks(list) => list.clone(),
            Self::Seats(n) | Self::Duration(n) | Self::Downloads(n) | Self::Volume(n) => vec![n.to_string()],
        }
    }
}

/// A constraint and the clause it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConstraintClause {
    /// The clause, as in [`super::Rule`].
    pub clause: String,
    /// The constraint.
    pub constraint: Constraint,
}

/// A statement and the clause it stands on. The parties hold each other to it; the server only names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementClause {
    /// The clause, as in [`super::Rule`].
    pub clause: String,
    /// What it says, in English.
    pub note_en: String,
    /// What it says, in Chinese.
    pub note_zh: String,
    /// Which statement.
    pub statement: Statement,
}

/// A clause that the server does not understand: text only, for people to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomClause {
    /// The clause, as in [`super::Rule`].
    pub clause: String,
    /// How it begins, in English; may be empty.
    pub note_en: String,
    /// How it begins, in Chinese; may be empty.
    pub note_zh: String,
}

/// Reads a country code as typed.
#[must_use]
pub fn country(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    (code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())).then_some(code)
}

/// Reads a network as typed; a bare address is a network of one.
#[must_use]
pub fn network(text: &str) -> Option<String> {
    let text = text.trim();
    let net = text.parse::<IpNet>().ok().or_else(|| text.parse().ok().map(|ip: std::net::IpAddr| ip.into()))?;
    Some(net.trunc().to_string())
}

fn tidy<T: Clone>(
    at: Bound,
    list: &[T],
    read: impl Fn(&T) -> Option<T>,
    show: impl Fn(&T) -> String,
    order: impl Fn(&[T]) -> Vec<T>,
) -> Result<Vec<T>, BadTerms> {
    let bad = |value: String| BadTerms::BadBound { at: at.code(), value };
    let most = if at == Bound::Networks { MOST_NETWORKS } else { MOST };
    if list.is_empty() || list.len() > most {
        return Err(bad(list.len().to_string()));
    }
    let read: Result<Vec<T>, BadTerms> = list.iter().map(|v| read(v).ok_or_else(|| bad(show(v)))).collect();
    Ok(order(&read?))
}

fn texts(at: Bound, list: &[String], read: impl Fn(&str) -> Option<String>) -> Result<Vec<String>, BadTerms> {
    tidy(at, list, |v| read(v), Clone::clone, sorted)
}

fn sorted<T: Ord + Clone>(list: &[T]) -> Vec<T> {
    let mut list = list.to_vec();
    list.sort();
    list.dedup();
    list
}

fn number(at: Bound, n: u32) -> Result<u32, BadTerms> {
    if (1..=LARGEST).contains(&n) { Ok(n) } else { Err(BadTerms::BadBound { at: at.code(), value: n.to_string() }) }
}

/// Puts constraints into their one form: values in order, each once, each kind once.
pub(super) fn checked(constraints: Vec<ConstraintClause>) -> Result<Vec<ConstraintClause>, BadTerms> {
    let mut out = Vec::new();
    for entry in constraints {
        let at = entry.constraint.bound();
        let field = |v: &str| FIELDS.contains(&v).then(|| v.to_owned());
        let constraint = match &entry.constraint {
            Constraint::Purpose(list) => {
                Constraint::Purpose(tidy(at, list, |v| Some(*v), |v| v.code().to_owned(), sorted)?)
            }
            Constraint::Recipients(list) => {
                Constraint::Recipients(tidy(at, list, |v| Some(*v), |v| v.code().to_owned(), sorted)?)
            }
            Constraint::Territory(list) => Constraint::Territory(texts(at, list, country)?),
            Constraint::Field(list) => Constraint::Field(texts(at, list, field)?),
            Constraint::Networks(list) => Constraint::Networks(texts(at, list, network)?),
            Constraint::Seats(n) => Constraint::Seats(number(at, *n)?),
            Constraint::Duration(n) => Constraint::Duration(number(at, *n)?),
            Constraint::Downloads(n) => Constraint::Downloads(number(at, *n)?),
            Constraint::Volume(n) => Constraint::Volume(number(at, *n)?),
        };
        out.push(ConstraintClause { clause: entry.clause, constraint });
    }
    out.sort_by_key(|entry| entry.constraint.bound());
    let twice = out.iter().zip(out.iter().skip(1)).find(|(a, b)| a.constraint.bound() == b.constraint.bound());
    match twice {
        Some((a, _)) => Err(BadTerms::Twice { at: a.constraint.bound().code() }),
        None => Ok(out),
    }
}
