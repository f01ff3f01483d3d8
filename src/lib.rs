//! Bourse: a self-hosted dataset marketplace and licensing server in one binary.
//!
//! # The map
//!
//! ```text
//! browser, script ──▶  web        ──▶  market (rooms)  ──▶  store  ──▶  SQLite | PostgreSQL, disk | S3
//! other software  ──▶  protocols  ──▶       ▲
//! clock ─────────▶     jobs ────────────────┘        values: the bricks all of them are made of
//! ```
//!
//! * [`values`]: small types that cannot be wrong; the one clock, the one random source.
//! * [`store`]: the database ([`store::Db`]: `read`, `write`, `write_once`) and the stored bytes ([`store::blobs`]).
//! * [`market`]: the rooms, in the order in which they may lean on each other: [`market::journal`], [`market::notices`],
//!   [`market::accounts`], [`market::rules`], [`market::parties`], [`market::licences`], [`market::standards`],
//!   [`market::datasets`], [`market::offers`], [`market::reviews`], [`market::grants`], [`market::orders`],
//!   [`market::purchases`], [`market::delivery`], [`market::evidence`]; [`market::uploads`] stands behind the datasets. [`market::conditions`] is the
//!   list behind every yes and no, [`market::signing`] the exchange's own keys.
//! * [`measure`]: reads files and says what is in them. [`packages`]: descriptions of datasets in the forms of others.
//! * [`mail`]: a notice becomes a message. [`jobs`]: delivers it, and ends what ran out.
//! * [`http`]: routes, visits, bodies, problems, guards, deadlines, ranges. [`urls`]: every address. [`words`]: both languages.
//! * [`web`]: pages and JSON, one folder for each room. [`protocols`]: doors that others defined.
//! * [`config`], [`app`], [`cli`]: settings, putting together, commands.
//!
//! # What never happens
//!
//! * No room sends mail, renders, waits for the network or reads the clock: `now` is an argument.
//! * No writing operation runs without its permit (`May…`), which is made by a check in the same transaction.
//! * No query stands outside of a room's `rows`, `store`, or the catalogue.
//! * No price, licence or version comes from a client: they come from the offer, and the quote locks them.
//! * No byte of a file leaves before its chunk was verified, and none without [`market::grants::decide`].
//! * No entry of the journal changes: the tables refuse it.
//! * No secret is kept: tables hold hashes, mailed links are derived when the mail is rendered.
//!
//! # Buying a dataset
//!
//! The request form posts to [`web::purchases`], which builds [`market::purchases::Asked`] and, in one transaction, lets
//! [`market::purchases::MayRequest`] check role and offers, then calls [`market::purchases::submit`]. That locks the
//! price, notes the deed, files the notices and moves on: to the buyer's approver, to the seller, to the payment, or
//! straight to the grant. [`market::purchases::approve`] and [`market::purchases::settle`] are compare-and-set moves; the
//! one that reaches `Granted` gives the grants and signs their receipts in the same transaction.
//!
//! # Redeeming a token
//!
//! A service account gets an access token from [`protocols::oauth`], and with it a download token, whose claims come from
//! [`market::delivery::issue_token`]. A download asks [`market::delivery::redeem`] (signed token) or
//! [`market::delivery::redeem_as`] (session, key, access token): both end in the same conditions. [`http::ranges`] then
//! answers, chunk by verified chunk, asks again on long transfers, and counts what left.

pub mod app;
pub mod cli;
pub mod config;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod market;
pub mod measure;
pub mod packages;
pub mod protocols;
pub mod store;
pub mod urls;
pub mod values;
pub mod web;
pub mod words;
