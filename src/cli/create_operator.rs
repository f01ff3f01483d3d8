//! `bourse create-operator`.

use crate::app::App;
use crate::config::Config;
use crate::market::accounts::{self, Actor, NewMember, Office, passwords};
use crate::values::{Clock, Email, Lang, Line, Secret};
use anyhow::Context;
use std::io::IsTerminal;

/// Who shall run the exchange.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The address to sign in with.
    #[arg(long)]
    email: String,
    /// The person's name.
    #[arg(long)]
    name: String,
    /// Language of pages and mails: zh-CN or en.
    #[arg(long, default_value = "en")]
    lang: String,
}

/// Asks for the password: at a terminal twice and without showing it, else it is the first line of standard input.
fn ask_password(email: &Email) -> anyhow::Result<Secret<String>> {
    if !std::io::stdin().is_terminal() {
        let mut typed = String::new();
        std::io::stdin().read_line(&mut typed)?;
        return Ok(Secret::new(typed.trim_end_matches(['\r', '\n']).to_owned()));
    }
    let typed = rpassword::prompt_password(format!("Password for {email} (at least 12 characters): "))?;
    let again = rpassword::prompt_password("The same once more: ")?;
    anyhow::ensure!(typed == again, "the two passwords differ; nothing was made");
    Ok(Secret::new(typed))
}

/// Makes the account.
pub(super) fn run(config: Config, args: &Args) -> anyhow::Result<()> {
    let email = Email::parse(&args.email).context("--email is no address")?;
    let name = Line::parse(&args.name).context("--name")?;
    let lang = Lang::parse(&args.lang).context("--lang: write zh-CN or en")?;
    let password = ask_password(&email)?;
    passwords::check(&password, &[email.as_str(), name.as_str()]).context("the password is refused")?;
    let password_hash = passwords::hash(&password).map_err(anyhow::Error::msg)?;
    // The connections to a mail server belong to a running loop, though none is used here.
    actix_web::rt::System::new().block_on(async move {
        let app = App::open(config, Clock::default())?;
        let now = app.site.clock.now();
        let house = Actor::house("create-operator");
        let new = NewMember { email, name, password_hash, lang };
        // An error takes both back: no account without its office.
        app.site.db.write_now(|tx| -> anyhow::Result<()> {
            let id = accounts::create_member(tx, &house, &new, now)?;
            Ok(accounts::give_office(tx, &house, id, Office::Operator, now)?)
        })?;
        println!("{} runs the exchange now. Sign in at {}/sign-in", new.email, app.config.public_url);
        Ok(())
    })
}
