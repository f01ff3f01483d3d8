//! Which licences and sources our dependencies may have. This file is the rule; there is no other list.
//!
//! It asks cargo for every package of the lock file, for all platforms, and checks the licence that each
//! declares. Come here when a new dependency fails: adding a licence is a decision about what people who
//! pass on a binary must do, so say in the commit what the licence asks for.

use std::{error::Error, process::Command};

use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};

/// Licences that let us link a package into a binary under `MIT OR Apache-2.0` and pass that on.
const ALLOWED: [&str; 16] = [
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "0BSD",
    "Zlib",
    "BSL-1.0",
    "PostgreSQL",
    "Unlicense",
    "CC0-1.0",
    // Tables of the Unicode consortium, and Mozilla's list of root certificates: data with its own terms.
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "CDLA-Permissive-2.0",
    // The one with a duty of its own: changes to its files must be published. We change none.
    "MPL-2.0",
    // What OpenSSL 1.1 and older carry.
    "OpenSSL",
];

/// Says why a licence expression is refused. An `OR` needs one side that is allowed, an `AND` both.
fn refusal(licence: Option<&str>) -> Option<String> {
    let Some(text) = licence else { return Some("declares no licence".to_owned()) };
    // Lax, because old packages write `MIT/Apache-2.0`, which means `OR`.
    let expression = match Expression::parse_mode(text, ParseMode::LAX) {
        Ok(expression) => expression,
        Err(error) => return Some(format!("{text:?} is no licence expression: {}", error.reason)),
    };
    let allowed: Vec<Licensee> = ALLOWED.iter().filter_map(|name| Licensee::parse(name).ok()).collect();
    let fits = expression.evaluate(|wanted| allowed.iter().any(|licensee| licensee.satisfies(wanted)));
    (!fits).then(|| format!("{text:?} is not allowed"))
}

/// Says why the source of a package is refused: ours are in this work tree, all others from the registry.
fn wrong_source(package: &Value, ours: &[Value]) -> Option<String> {
    match package["source"].as_str() {
        Some(source) if source.starts_with("registry+") => None,
        Some(source) => Some(format!("comes from {source}, not from the registry")),
        None if ours.contains(&package["id"]) => None,
        None => Some("is a folder outside this project".to_owned()),
    }
}

/// Asks cargo what the lock file leads to, without the network.
fn metadata(more: &[&str]) -> Result<Value, Box<dyn Error>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .args(more)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// All packages, or at least those of this platform where the others were never downloaded.
fn all_we_have() -> Result<Value, Box<dyn Error>> {
    metadata(&[]).or_else(|error| {
        println!("checks this platform's packages only; after `cargo fetch` it checks all: {error}");
        let version = Command::new("rustc").arg("-vV").output()?;
        let version = String::from_utf8(version.stdout)?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
        metadata(&["--filter-platform", host])
    })
}

#[test]
fn every_package_may_be_passed_on() -> Result<(), Box<dyn Error>> {
    let tree = all_we_have()?;
    let ours = tree["workspace_members"].as_array().ok_or("no members")?;
    let packages = tree["packages"].as_array().ok_or("no packages")?;
    let mut refused = Vec::new();
    for package in packages {
        for reason in [refusal(package["license"].as_str()), wrong_source(package, ours)].into_iter().flatten() {
            refused.push(format!("{} {}: {reason}", package["name"], package["version"]));
        }
    }
    assert!(packages.len() > 100, "cargo named only {} packages", packages.len());
    assert!(refused.is_empty(), "refused:\n{}", refused.join("\n"));
    Ok(())
}

#[test]
fn each_allowed_name_is_a_licence() {
    for name in ALLOWED {
        assert_eq!(refusal(Some(name)), None);
    }
}

#[test]
fn one_good_side_of_or_is_enough_but_not_of_and() {
    for good in ["MIT/Apache-2.0", "MIT OR GPL-3.0-only", "Apache-2.0 WITH LLVM-exception OR MIT"] {
        assert_eq!(refusal(Some(good)), None);
    }
    for bad in ["GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND GPL-2.0-only", "LGPL-2.1-or-later", "My own", ""] {
        assert!(refusal(Some(bad)).is_some(), "{bad} passed");
    }
    assert!(refusal(None).is_some());
}

#[test]
fn only_the_registry_is_a_source() {
    let package = |source: Value| serde_json::json!({ "id": "this", "source": source });
    assert_eq!(wrong_source(&package("registry+somewhere".into()), &[]), None);
    assert_eq!(wrong_source(&package(Value::Null), &["this".into()]), None);
    assert!(wrong_source(&package(Value::Null), &["other".into()]).is_some());
    assert!(wrong_source(&package("git+somewhere".into()), &[]).is_some());
}
