//! Where a version comes from and what was made of it: the graph both ways with a table beside it, inputs with what their
//! licences say, steps; in a draft also the forms that name them.

pub mod api;
mod desk;
mod prov;
mod svg;
mod views;

use super::releases::{At, attachment, version_named};
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit};
use crate::market::datasets::lineage::graph::{self, Graph};
use crate::market::datasets::lineage::{self, Input, Step};
use crate::market::datasets::{self, Dataset, Version, VersionState};
use crate::market::parties::Party;
use crate::routes;

routes! {
    get "/datasets/{party}/{slug}/versions/{version}/lineage" Anybody => page,
    get "/datasets/{party}/{slug}/versions/{version}/prov.json" Anybody => prov_file,
    post "/datasets/{party}/{slug}/versions/{version}/inputs" SignedIn => desk::add_input,
    post "/datasets/{party}/{slug}/versions/{version}/inputs/{input}/removal" SignedIn => desk::remove_input,
    post "/datasets/{party}/{slug}/versions/{version}/steps" SignedIn => desk::add_step,
    post "/datasets/{party}/{slug}/versions/{version}/steps/{step}/removal" SignedIn => desk::remove_step,
    post "/datasets/{party}/{slug}/versions/{version}/openlineage" SignedIn => desk::import,
}

/// A version with its lineage, as far as the reader may see.
pub(super) struct Lineage {
    pub dataset: Dataset,
    pub party: Party,
    pub version: Version,
    pub publishes: bool,
    /// Inputs; none in place of one that the reader may not know of.
    pub inputs: Vec<Option<Input>>,
    pub steps: Vec<Step>,
    pub graph: Graph,
}
impl Lineage {
    /// Whether the reader may name inputs and steps.
    pub fn editable(&self) -> bool {
        self.publishes && self.version.state == VersionState::Draft
    }
}

/// Loads the lineage of a version.
pub(super) async fn load(visit: &Visit, at: At) -> Result<Lineage, Problem> {
    let actor = visit.look.actor.clone();
    let read = visit.site.db.read(move |tx| {
        let actor = actor.as_ref();
        let (dataset, party, version, publishes) = version_named(tx, actor, (&at.0, &at.1, &at.2))?;
        let mut inputs = Vec::new();
        for input in lineage::inputs(tx, version.id)? {
            let seen = datasets::lineage::graph::is_seen(tx, actor, &input.row)?;
            inputs.push(seen.then_some(input));
        }
        let steps = lineage::steps(tx, version.id)?;
        let graph = graph::of(tx, actor, version.id)?;
        Ok::<_, Problem>(Lineage { dataset, party, version, publishes, inputs, steps, graph })
    });
    read.await
}

async fn page(visit: Visit, Path(at): Path<At>) -> Answer {
    let lineage = load(&visit, at).await?;
    views::sheet(&visit, &lineage, &desk::Typed::default(), &[]).answer()
}

async fn prov_file(visit: Visit, Path(at): Path<At>) -> Answer {
    let lineage = load(&visit, at).await?;
    let name = format!("{}-{}.prov.json", lineage.dataset.slug, lineage.version.label);
    let text = prov::document(&visit.site.facts.public_url, &lineage).to_string();
    Ok(attachment("application/json", &name, text))
}
