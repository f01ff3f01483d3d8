//! Data Packages and Croissant: what a version exports at an address that never changes, and what a dataset or a draft can start from.

pub mod export;
pub mod import;
mod take;

pub(super) use import::wrong_rows;

use crate::http::problem::{Fault, Problem};
use crate::packages::Wrong;
use crate::routes;

routes! {
    get "/datasets/import" SignedIn => import::page,
    post "/datasets/import" SignedIn => import::form,
    get "/datasets/{party}/{slug}/versions/{version}/datapackage.json" Anybody => export::file,
    get "/datasets/{party}/{slug}/versions/{version}/croissant.json" Anybody => export::croissant_file,
    post "/api/v1/datasets/imports" Caller => import::begin,
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/datapackage" Anybody => export::show,
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/croissant" Anybody => export::croissant,
    put "/api/v1/datasets/{party}/{slug}/versions/{version}/datapackage" Caller => import::put,
}

/// Turns what is wrong in a description into a problem; each fault names its place and, for a text, its line.
pub(super) fn wrong_problem(wrongs: &[Wrong], lines: bool) -> Problem {
    let fault = |w: &Wrong| Fault {
        field: if lines { format!("{}:{}", w.line, w.pointer) } else { w.pointer.clone() },
        message: w.what.key(),
        value: w.what.value(),
    };
    Problem::invalid(wrongs.iter().map(fault).collect())
}
