//! What the settings take and refuse.

use super::*;

fn read(text: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    Config::read(text, "test.toml", env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
        .map_err(|e| e.to_string())
}

#[test]
fn defaults_fit_and_the_environment_goes_first() {
    let config = read("exchange_name = \"A\"\nworkers = 3", &[("exchange_name", "B")]).unwrap();
    assert_eq!((config.exchange_name.as_str(), config.workers), ("B", 3));
    assert_eq!(config.database_url.reveal(), "sqlite://./bourse-data/bourse.db");
    assert!(config.allowed_hosts.contains(&"127.0.0.1".to_owned()));
}

#[test]
fn mistakes_are_named_with_what_to_write() {
    assert_eq!(
        read("pubic_url = \"x\"", &[]).unwrap_err(),
        "unknown setting pubic_url in test.toml; did you mean public_url?"
    );
    assert!(read("", &[("listn", "x")]).unwrap_err().contains("did you mean listen?"));
    assert!(read("public_url = \"http://x/y\"", &[]).unwrap_err().starts_with("setting public_url: write http"));
    assert!(read("token_minutes = 0", &[]).unwrap_err().contains("from 1 to 1440"));
    assert!(read("blob_store = \"s3\"", &[]).unwrap_err().contains("s3_bucket"));
    assert!(read("=", &[]).is_err());
    assert!(
        read("http_proxy = 1\ntrusted_proxies = [1]", &[]).is_err()
            && read("trusted_proxies = [1]", &[]).unwrap_err().contains("list of texts")
    );
    let quoted = read("workers = 1\nsmtp_url = smtp://u:hush@h", &[]).unwrap_err();
    assert!(quoted.contains("line 2") && !quoted.contains("hush"), "{quoted}");
}

#[test]
fn the_public_address_is_an_origin() {
    let origin = |text: &str| read(&format!("public_url = {text:?}"), &[]).map(|c| c.public_url);
    assert_eq!(origin("HTTPS://Data.Example:443/").as_deref(), Ok("https://data.example"));
    assert_eq!(origin("http://[::1]:8090").as_deref(), Ok("http://[::1]:8090"));
    for bad in ["http://x/#f", "http://:pw@x", "http://x/?q", "ftp://x", "x"] {
        assert!(origin(bad).is_err(), "{bad}");
    }
}

#[test]
fn secrets_are_never_printed() {
    let config = read(
        "",
        &[("smtp_url", "smtp://u:hush@h"), ("s3_secret_key", "hush"), ("database_url", "postgres://u:hush@h/d")],
    )
    .unwrap();
    assert!(!config.shown().contains("hush") && !format!("{config:?}").contains("hush: "));
    assert!(example().contains("public_url"));
}
