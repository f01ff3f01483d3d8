//! The real program and a mail server that speaks TLS with a certificate of a company's own authority.

use crate::servers::{Exchange, Folder, Running, free_port, header, messages, python, start, until, until_listening};
use std::path::Path;
use std::process::Command;

/// How the server begins TLS.
#[derive(Clone, Copy)]
enum Tls {
    /// Asked for in plain words; the server takes no mail before.
    Starttls,
    /// From the first byte on.
    Wrapped,
}

/// Makes an authority and a certificate, and starts a mail server with them.
async fn mail_server(python: &Path, folder: &Path, tls: Tls, port: u16) -> Running {
    let made = Command::new(python).arg("tests/python/authority.py").arg(folder).status().unwrap();
    assert!(made.success(), "the authority");
    let (certificate, key) = match tls {
        Tls::Starttls => ("--tlscert", "--tlskey"),
        Tls::Wrapped => ("--smtpscert", "--smtpskey"),
    };
    let mut command = Command::new(python);
    command.args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}")]);
    command.arg(certificate).arg(folder.join("server.pem")).arg(key).arg(folder.join("server.key"));
    let running = start(command.args(["-c", "aiosmtpd.handlers.Mailbox"]).arg(folder.join("mail")));
    until_listening(port).await;
    running
}

/// A mail is sent when the authority is named, and waits, with the reason, when it is not.
async fn is_believed_by_its_authority(tls: Tls, address: impl Fn(u16) -> String) {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    let port = free_port();
    let _smtp = mail_server(&python, folder.path(), tls, port).await;
    let url = ("BOURSE_SMTP_URL", address(port));
    let authority = ("BOURSE_SMTP_CA_FILE", folder.path().join("ca.pem").display().to_string());

    let trusting = folder.path().join("trusting");
    std::fs::create_dir(&trusting).unwrap();
    let exchange = Exchange::start(&trusting, &[url.clone(), authority]).await;
    exchange.sign_up("new@forge.example").await;
    let message = until(20, "the mail", async || messages(&folder.path().join("mail")).pop()).await;
    assert_eq!(header(&message, "To"), "new@forge.example");

    let wary = folder.path().join("wary");
    std::fs::create_dir(&wary).unwrap();
    let exchange = Exchange::start(&wary, &[url]).await;
    exchange.sign_up("new@mill.example").await;
    let tried = async || exchange.mail_to("new@mill.example").await.filter(|m| m["attempts"].as_i64() > Some(0));
    let mail = until(30, "a first attempt", tried).await;
    let error = mail["last_error"].as_str().unwrap();
    assert!(mail["sent_at"].is_null() && error.contains("certificate"), "{mail}");
    assert_eq!(messages(&folder.path().join("mail")).len(), 1);
}

#[tokio::test]
async fn a_server_that_begins_with_tls() {
    is_believed_by_its_authority(Tls::Wrapped, |port| format!("smtps://127.0.0.1:{port}")).await;
}

#[tokio::test]
async fn a_server_that_is_asked_for_tls() {
    is_believed_by_its_authority(Tls::Starttls, |port| format!("smtp://localhost:{port}?tls=required")).await;
}
