//! The manifest of a version: what is in it, to the byte. Its order and its form are fixed, so that its digest is one.

use super::{Dataset, File, Version};
use crate::values::BlobId;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The root over the pieces of a file: the BLAKE3 hash of the BLAKE3 hashes of its pieces of 256 KiB, one behind the other.
#[must_use]
pub fn pieces_root(chunks: &[u8]) -> String {
    blake3::hash(chunks).to_hex().to_string()
}

/// Writes the manifest: canonical JSON (sorted keys, no spaces), files by path.
#[must_use]
pub(super) fn manifest(
    dataset: &Dataset,
    version: &Version,
    files: &[File],
    roots: &BTreeMap<BlobId, String>,
) -> String {
    let mut files: Vec<&File> = files.iter().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let list: Vec<Value> = files
        .iter()
        .map(|f| {
            json!({
                "blake3_256k": roots.get(&f.blob_id),
                "bytes": f.size_bytes,
                "columns": f.columns_count,
                "id": f.id.as_str(),
                "media_type": f.media_type,
                "path": f.path,
                "rows": f.rows_count,
                "sha256": f.sha256.as_str(),
            })
        })
        .collect();
    let whole = json!({
        "dataset": dataset.id.as_str(),
        "files": list,
        "label": version.label,
        "version": version.id.as_str(),
    });
    canonical(&whole)
}

/// Writes JSON with sorted keys, whatever order the value has.
#[must_use]
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let parts: Vec<String> = keys
                .iter()
                .filter_map(|k| map.get(*k).map(|v| format!("{}:{}", Value::String((*k).clone()), canonical(v))))
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value = json!({"b": [{"z": 1, "a": null}], "a": "é\n"});
        assert_eq!(canonical(&value), "{\"a\":\"é\\n\",\"b\":[{\"a\":null,\"z\":1}]}");
    }
}
