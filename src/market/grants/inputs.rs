//! Naming what went into a version: an input that is a dataset here comes under the licence of the grant by which it is
//! held, whatever else is said of it.

use super::held;
use crate::market::accounts::Actor;
use crate::market::datasets::lineage::openlineage::Imported;
use crate::market::datasets::lineage::{self, LineageError, NewInput, OWN};
use crate::market::datasets::{self, Dataset, MayChangeDataset, Version, VersionState};
use crate::market::licences::terms::{Action, Verdict};
use crate::market::licences::{self, Licence};
use crate::market::parties;
use crate::store::{Read, Write};
use crate::values::{LicenceId, LineageInputId, PartyId, Timestamp, VersionId};

/// The longest address and name, in characters.
const LONGEST: usize = 500;

/// An input as its publisher names it.
#[derive(Debug, Clone, Default)]
pub struct NamedInput {
    /// A URI, or the address of a dataset or version here.
    pub address: String,
    /// What people call it; empty for a version here.
    pub name: String,
    /// Code or identifier of the licence, or `own`; may be empty for a dataset here that is owned or held.
    pub licence: String,
    /// Whether only the own organisation sees which input this is.
    pub confidential: bool,
}

/// Finds the version here that an address names; an error for one that the actor may not know of.
fn here(
    tx: &mut Read,
    actor: &Actor,
    address: &str,
    public_url: &str,
) -> Result<Option<(Dataset, Version, String)>, LineageError> {
    let path = address.strip_prefix(public_url).unwrap_or(address);
    let Some(rest) = path.strip_prefix("/datasets/") else { return Ok(None) };
    let parts: Vec<&str> = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').split('/').collect();
    let (party, slug, label) = match parts.as_slice() {
        [party, slug] => (*party, *slug, None),
        [party, slug, "versions", label] => (*party, *slug, Some(*label)),
        _ => return Err(LineageError::Address),
    };
    let party = parties::find_by_slug(tx, party)?.ok_or(LineageError::Address)?;
    let dataset = datasets::find_by_slug(tx, party.id, slug)?.ok_or(LineageError::Address)?;
    datasets::visible(tx, Some(actor), &dataset).map_err(|_| LineageError::Address)?;
    let versions = datasets::versions_of(tx, dataset.id, false)?;
    let wanted = |v: &Version| match label {
        Some(label) => v.label == label || v.id.as_str() == label,
        None => dataset.current_version_id == Some(v.id),
    };
    let version = versions.into_iter().find(|v| wanted(v) && v.state != VersionState::Draft);
    let version = version.ok_or(LineageError::Address)?;
    let address = format!("/datasets/{}/{}/versions/{}", party.slug, dataset.slug, version.label);
    Ok(Some((dataset, version, address)))
}

/// The licence of the grant in force by which an organisation holds a dataset: one that permits derived data, if any does.
fn held_under(
    tx: &mut Read,
    holder: PartyId,
    dataset: &Dataset,
    now: Timestamp,
) -> Result<Option<Licence>, LineageError> {
    let mut found: Vec<Licence> = Vec::new();
    for grant in held(tx, holder, dataset.id, now)? {
        let licence = super::relicence::licence_in_force(tx, &grant)?;
        found.extend(licences::find(tx, licence)?);
    }
    let rank = |l: &Licence| match l.terms.rule(Action::Derive).verdict {
        Verdict::Allowed => 0,
        Verdict::Conditional => 1,
        Verdict::Forbidden => 2,
    };
    found.sort_by_key(rank);
    Ok(found.into_iter().next())
}

/// Finds a licence by identifier, or a shipped one by code.
fn known(tx: &mut Read, typed: &str) -> Result<Option<Licence>, LineageError> {
    if let Ok(id) = typed.parse::<LicenceId>() {
        return Ok(licences::find(tx, id)?);
    }
    Ok(licences::list_public(tx)?.into_iter().rev().find(|l| l.code.eq_ignore_ascii_case(typed)))
}

fn resolve(
    tx: &mut Read,
    (actor, owner): (&Actor, PartyId),
    named: &NamedInput,
    public_url: &str,
    now: Timestamp,
) -> Result<NewInput, LineageError> {
    let (address, typed) = (named.address.trim(), named.licence.trim());
    let fits = |t: &str| t.chars().count() <= LONGEST && !t.chars().any(char::is_control);
    if address.is_empty() || !fits(address) || !fits(&named.name) || !fits(typed) {
        return Err(LineageError::Address);
    }
    let found = here(tx, actor, address, public_url)?;
    let licence = match &found {
        Some((dataset, ..)) if dataset.party_id == owner => None,
        Some((dataset, ..)) => {
            let licence = match held_under(tx, owner, dataset, now)? {
                Some(licence) => Some(licence),
                None => known(tx, typed)?,
            };
            Some(licence.ok_or(LineageError::Licence)?)
        }
        None if typed.is_empty() => return Err(LineageError::Licence),
        None => known(tx, typed)?,
    };
    let own = found.as_ref().map_or_else(|| typed == OWN, |(dataset, ..)| dataset.party_id == owner);
    let code = if own { OWN.to_owned() } else { licence.as_ref().map_or_else(|| typed.to_owned(), |l| l.code.clone()) };
    let name = named.name.trim();
    let title = |d: &Dataset| if d.title_en.is_empty() { d.title_zh.clone() } else { d.title_en.clone() };
    Ok(NewInput {
        name: match &found {
            _ if !name.is_empty() => name.to_owned(),
            Some((dataset, version, _)) => format!("{} {}", title(dataset), version.label),
            None => address.to_owned(),
        },
        source: found.as_ref().map(|(_, version, _)| version.id),
        address: found.map_or_else(|| address.to_owned(), |(.., address)| address),
        licence: licence.map(|l| l.id),
        licence_code: code,
        confidential: named.confidential,
    })
}

/// Names an input of a draft.
///
/// # Errors
/// [`LineageError`].
pub fn name_input(
    tx: &mut Write,
    may: MayChangeDataset,
    (actor, public_url): (&Actor, &str),
    (version, named): (VersionId, &NamedInput),
    now: Timestamp,
) -> Result<LineageInputId, LineageError> {
    let new = resolve(tx, (actor, may.dataset().party_id), named, public_url, now)?;
    lineage::add_input(tx, may, version, &new, now)
}

/// Takes what OpenLineage events say into a draft; `licence` is that of the inputs that are not held here.
///
/// # Errors
/// [`LineageError`].
pub fn import_lineage(
    tx: &mut Write,
    may: MayChangeDataset,
    (actor, public_url): (&Actor, &str),
    (version, imported, licence): (VersionId, &Imported, &str),
    now: Timestamp,
) -> Result<(), LineageError> {
    let owner = may.dataset().party_id;
    let mut inputs = Vec::with_capacity(imported.inputs.len());
    for (address, name) in &imported.inputs {
        let (address, name, licence) = (address.clone(), name.clone(), licence.to_owned());
        let named = NamedInput { address, name, licence, confidential: false };
        inputs.push(resolve(tx, (actor, owner), &named, public_url, now)?);
    }
    lineage::import(tx, may, version, (imported, &inputs), now)
}
