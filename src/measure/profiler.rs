//! Measures a file over all of its rows, in one pass, in bounded memory, on all cores.

mod archive;
mod columnar;
mod distinct;
mod finish;
mod hashes;
mod media;
mod merged;
mod personal;
mod seam;
mod spread;
mod steps;
mod tally;
mod text;
pub mod units;

use super::formats::{Facts, Format, sniff};
use super::profile::{ColumnProfile, ColumnType, PROFILER, Profile};
use super::quality;
use super::refusals::Refusal;
use super::source::{Source, range};
use super::tables;
use merged::Measured;
use std::sync::Arc;

/// Is told how many bytes of the file were read, and ends the reading with an error.
pub type Watch<'a> = &'a (dyn Fn(u64) -> Result<(), Refusal> + Sync);

/// Measures a file. `name` is its path; `watch` hears of the progress, from one thread at a time.
///
/// # Errors
/// [`Refusal`] when it is damaged or hostile, the store fails, or `watch` ends it.
pub fn profile(source: &Arc<dyn Source>, name: &str, watch: Watch<'_>) -> Result<Profile, Refusal> {
    let facts = sniff(source, name)?;
    let mut profile = empty(facts, source.size());
    match profile.facts.format {
        Format::Delimited | Format::JsonLines => {
            let measured = text::measure(&mut profile.facts, watch, &mut |facts| tables::stream(source, facts))?;
            fill(&mut profile, measured);
        }
        Format::Parquet | Format::ArrowFile | Format::ArrowStream => {
            let measured = columnar::measure(source, profile.facts.format, watch)?;
            fill(&mut profile, measured);
        }
        Format::Zip => profile.archive = Some(archive::measure(source, watch)?),
        Format::Png | Format::Jpeg | Format::Bmp | Format::Gif | Format::Webp | Format::Wav => {
            let mut stream = tables::stream(source, &profile.facts)?;
            let (head, _) = super::formats::beginning(&mut stream)?;
            profile.media = media::of_head(&head, profile.facts.format);
        }
        Format::Tiff => profile.media = media::tiff(&|at, count| range(source.as_ref(), at, count).ok()),
        Format::Text | Format::Binary | Format::Empty => {}
    }
    profile.score = quality::score(&profile);
    watch(source.size())?;
    Ok(profile)
}

fn empty(facts: Facts, bytes: u64) -> Profile {
    Profile {
        profiler: PROFILER.to_owned(),
        facts,
        bytes,
        rows: None,
        columns: Vec::new(),
        duplicate_rows: None,
        ragged_rows: 0,
        undecodable: 0,
        media: None,
        archive: None,
        score: None,
    }
}

/// Puts the results for a table into its profile.
fn fill(profile: &mut Profile, measured: Measured) {
    profile.rows = Some(measured.rows);
    profile.ragged_rows = measured.ragged;
    profile.undecodable = measured.undecodable;
    profile.duplicate_rows = Some(measured.again);
    profile.columns = columns(measured);
    profile.facts.columns = profile.columns.iter().map(|c| c.name.clone()).collect();
}

/// Finishes all columns, and tells which are copies of an earlier one.
fn columns(measured: Measured) -> Vec<ColumnProfile> {
    let mut done: Vec<ColumnProfile> = Vec::new();
    let mut hashes: Vec<u64> = Vec::new();
    for (name, (mut tally, (seam, steps))) in
        measured.names.iter().zip(measured.tallies.into_iter().zip(measured.seams.into_iter().zip(measured.steps)))
    {
        tally.steps.join(steps);
        let values: u64 = tally.counts.iter().sum();
        tally.nulls = measured.rows.saturating_sub(values);
        let mut column = finish::finish(name, tally, &seam);
        let counted = !matches!(column.kind, ColumnType::Empty | ColumnType::Any) && !column.constant;
        if counted && measured.rows > 1 {
            let same = hashes.iter().position(|hash| *hash == seam.hash);
            column.copy_of = same.and_then(|at| done.get(at)).map(|other| other.name.clone());
        }
        // What is constant, empty or only counted is no model for a copy.
        hashes.push(if counted { seam.hash } else { 0 });
        done.push(column);
    }
    done
}

#[cfg(test)]
mod tests;
