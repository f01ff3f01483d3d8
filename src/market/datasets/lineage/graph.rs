//! The graph of a version both ways: what it was made of, and what was made of it, as far as the reader may know.
//!
//! An input that the reader may not know of is there, without a name; what was made of a version by somebody whom the
//! reader may not know of is not there at all.

use super::rows::{self, InputRow};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::datasets::{self, Dataset, Version, VersionState};
use crate::market::parties;
use crate::store::{Read, StoreError};
use crate::values::{Lang, VersionId};

/// Steps away from the version that are followed, each way.
const DEPTH: i32 = 4;
/// Nodes of a graph.
const NODES: usize = 60;

/// What a node stands for.
#[derive(Debug, Clone)]
pub enum What {
    /// A version here, with its dataset and the name of its owner in addresses.
    Here(Box<(Dataset, Version, String)>),
    /// Something outside, by name and address.
    Outside(String, String),
    /// An input that the reader may not know of.
    Hidden,
}

/// A node: its place to the left (negative, upstream) or right of the version, which stands at 0.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it stands for.
    pub what: What,
    /// How many steps away, upstream negative.
    pub level: i32,
}
impl Node {
    /// The title in a language; empty for a hidden one.
    #[must_use]
    pub fn title(&self, lang: Lang) -> String {
        match &self.what {
            What::Here(here) => here.0.title(lang).to_owned(),
            What::Outside(name, _) => name.clone(),
            What::Hidden => String::new(),
        }
    }
    fn is(&self, version: VersionId) -> bool {
        matches!(&self.what, What::Here(here) if here.1.id == version)
    }
}

/// A graph: nodes, and edges from input to what was made of it, by the place of the node.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// The nodes; the first is the version itself.
    pub nodes: Vec<Node>,
    /// The edges.
    pub edges: Vec<(usize, usize)>,
    /// Whether there is more than is drawn.
    pub cut: bool,
}

/// Gives a version here when the actor may know of it.
fn seen(tx: &mut Read, actor: Option<&Actor>, id: VersionId) -> Result<Option<What>, StoreError> {
    let Some(version) = datasets::version(tx, id)? else { return Ok(None) };
    let dataset = datasets::get(tx, version.dataset_id)?;
    match datasets::visible(tx, actor, &dataset) {
        Ok(()) => {}
        Err(Refused::Store(error)) => return Err(error),
        Err(Refused::Hidden | Refused::Unmet(_) | Refused::Overtaken) => return Ok(None),
    }
    if version.state == VersionState::Draft && !own(tx, actor, &dataset)? {
        return Ok(None);
    }
    let owner = parties::get(tx, dataset.party_id)?.slug;
    Ok(Some(What::Here(Box::new((dataset, version, owner)))))
}

fn own(tx: &mut Read, actor: Option<&Actor>, dataset: &Dataset) -> Result<bool, StoreError> {
    actor.map_or(Ok(false), |a| parties::acts_for(tx, a, dataset.party_id))
}

/// Tells whether the actor acts for the owner of a version.
fn owns(tx: &mut Read, actor: Option<&Actor>, version: VersionId) -> Result<bool, StoreError> {
    let Some(version) = datasets::version(tx, version)? else { return Ok(false) };
    let dataset = datasets::get(tx, version.dataset_id)?;
    own(tx, actor, &dataset)
}

/// What an input is for a reader.
fn input(tx: &mut Read, actor: Option<&Actor>, row: &InputRow) -> Result<What, StoreError> {
    if row.confidential != 0 && !owns(tx, actor, row.version_id)? {
        return Ok(What::Hidden);
    }
    match row.source_version_id {
        Some(id) => Ok(seen(tx, actor, id)?.unwrap_or(What::Hidden)),
        None => Ok(What::Outside(row.name.clone(), row.address.clone())),
    }
}

/// Tells whether a reader may know what an input is.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn is_seen(tx: &mut Read, actor: Option<&Actor>, row: &InputRow) -> Result<bool, StoreError> {
    Ok(!matches!(input(tx, actor, row)?, What::Hidden))
}

impl Graph {
    /// Takes a node, or finds the one that stands for the same version; nothing when there is no more room.
    fn put(&mut self, what: What, level: i32) -> Option<(usize, bool)> {
        if let What::Here(here) = &what
            && let Some(at) = self.nodes.iter().position(|n| n.is(here.1.id))
        {
            return Some((at, false));
        }
        if self.nodes.len() >= NODES {
            self.cut = true;
            return None;
        }
        self.nodes.push(Node { what, level });
        Some((self.nodes.len() - 1, true))
    }

    fn walk(&mut self, tx: &mut Read, actor: Option<&Actor>, way: i32) -> Result<(), StoreError> {
        let mut open = vec![0_usize];
        while let Some(at) = open.pop() {
            let Some(Node { what: What::Here(here), level }) = self.nodes.get(at).cloned() else { continue };
            let rows = if way < 0 {
                rows::inputs_of(tx, here.1.id)?
            } else {
                rows::uses_of(tx, here.1.id, i64::try_from(NODES).unwrap_or(60))?
            };
            if level.abs() >= DEPTH {
                self.cut |= !rows.is_empty();
                continue;
            }
            for row in rows {
                let what = if way < 0 {
                    Some(input(tx, actor, &row)?)
                } else if row.confidential != 0 && !owns(tx, actor, row.version_id)? {
                    None
                } else {
                    seen(tx, actor, row.version_id)?
                };
                let Some((to, fresh)) = what.and_then(|w| self.put(w, level + way)) else { continue };
                let edge = if way < 0 { (to, at) } else { (at, to) };
                if !self.edges.contains(&edge) {
                    self.edges.push(edge);
                }
                if fresh {
                    open.push(to);
                }
            }
        }
        Ok(())
    }
}

/// Draws the graph of a version that the reader may see.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of(tx: &mut Read, actor: Option<&Actor>, version: VersionId) -> Result<Graph, StoreError> {
    let mut graph = Graph::default();
    let Some(what) = seen(tx, actor, version)? else { return Ok(graph) };
    graph.put(what, 0);
    graph.walk(tx, actor, -1)?;
    graph.walk(tx, actor, 1)?;
    Ok(graph)
}
