//! Sending files: some at a time, each by the resumable protocol tus, so that a cut costs only what was on its way.

use super::Failure;
use super::manifest::LocalFile;
use super::remote::{Remote, Target, passing, pause, refusal, unreachable};
use super::say::Say;
use crate::urls;
use data_encoding::BASE64;
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use reqwest::{Body, Method, RequestBuilder, Response, StatusCode, header};
use std::collections::BTreeMap;
use tokio::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};

/// How often a file is tried without a byte of progress.
const TRIES: u32 = 8;
/// Bytes that are read at a time.
const PIECE: usize = 256 * 1024;
/// Files up to this size go along with the request that begins them.
const SMALL: u64 = 8 << 20;
/// The longest body of a request: what a cut may cost, also where a proxy hands on only bodies that are whole.
const BODY: u64 = 8 << 20;

/// An upload under way.
#[derive(Debug, Clone)]
pub(super) struct Open {
    /// Its address.
    pub address: String,
    /// How much of it the exchange expects.
    pub bytes: u64,
    /// The digest that was announced.
    pub sha256: String,
}

/// Sends files to a draft; what an earlier run began goes on where it stopped.
pub(super) async fn all(
    remote: &Remote,
    target: &Target,
    version: &str,
    files: &[&LocalFile],
    jobs: usize,
    say: &Say,
) -> Result<(), Failure> {
    if files.is_empty() {
        return Ok(());
    }
    let open: BTreeMap<String, Open> = remote.uploads(target, version).await?;
    let bar = say.bar("sending", files.iter().map(|f| f.bytes).sum());
    let sends = files.iter().map(|file| {
        let same = |o: &&Open| o.bytes == file.bytes && o.sha256 == file.sha256.as_str();
        let begun = open.get(&file.path).filter(same).map(|o| o.address.clone());
        Sending { remote, version, file, bar: &bar, address: begun, stands: None, counted: 0 }.run()
    });
    let sent = stream::iter(sends).buffer_unordered(jobs).try_for_each(|()| async { Ok(()) }).await;
    bar.finish_and_clear();
    sent
}

/// One file on its way.
struct Sending<'s> {
    remote: &'s Remote,
    version: &'s str,
    file: &'s LocalFile,
    bar: &'s ProgressBar,
    /// Where it goes on; nothing before it was begun.
    address: Option<String>,
    /// Where it stands by the last answer; nothing when that is to be asked.
    stands: Option<u64>,
    /// How much of it the bar shows.
    counted: u64,
}

/// What an answer to a piece means.
enum Step {
    /// The exchange has this many bytes.
    At(u64),
    /// It is to be begun again.
    Afresh,
    /// Another try makes sense later.
    Later(String),
}

impl Sending<'_> {
    /// Sends until the file is there.
    async fn run(mut self) -> Result<(), Failure> {
        self.bar.set_message(self.file.path.clone());
        let (mut tried, mut best) = (0, 0);
        loop {
            match self.step().await? {
                Step::At(offset) => {
                    self.show(offset);
                    self.stands = Some(offset);
                    if offset >= self.file.bytes {
                        return Ok(());
                    }
                    if offset > best {
                        (tried, best) = (0, offset);
                    }
                }
                Step::Afresh => {
                    self.address = None;
                    self.show(0);
                }
                Step::Later(why) => {
                    if tried >= TRIES {
                        return Err(Failure::Unreachable(format!("{}: {why}", self.file.path)));
                    }
                    pause(tried).await;
                }
            }
            tried += 1;
            if tried > TRIES * 2 {
                return Err(Failure::Unreachable(format!("{}: the exchange takes no bytes", self.file.path)));
            }
        }
    }
    /// Lets the bar show how much of the file is safe.
    fn show(&mut self, offset: u64) {
        if offset >= self.counted {
            self.bar.inc(offset - self.counted);
        } else {
            self.bar.dec(self.counted - offset);
        }
        self.counted = offset;
    }
    /// One request and what came of it: begin, ask where it stands, or send the next piece.
    async fn step(&mut self) -> Result<Step, Failure> {
        let Some(address) = self.address.clone() else { return self.begin().await };
        let Some(offset) = self.stands.take() else {
            return match self.tus(Method::HEAD, &address).send().await {
                Ok(answer) => self.told(answer).await,
                Err(error) => Ok(Step::Later(unreachable(&error).to_string())),
            };
        };
        let length = BODY.min(self.file.bytes - offset);
        let request = self
            .tus(Method::PATCH, &address)
            .header("upload-offset", offset)
            .header(header::CONTENT_TYPE, "application/offset+octet-stream")
            .header(header::CONTENT_LENGTH, length)
            .body(self.bytes(offset, length).await?);
        match request.send().await {
            Ok(answer) => self.told(answer).await,
            // What came is kept there: the next step asks how much that is.
            Err(error) => Ok(Step::Later(unreachable(&error).to_string())),
        }
    }
    /// Begins the upload; a small file goes along, and one whose bytes are there already is there at once.
    async fn begin(&mut self) -> Result<Step, Failure> {
        let word = |text: &str| BASE64.encode(text.as_bytes());
        let metadata = format!("path {},sha256 {}", word(&self.file.path), word(self.file.sha256.as_str()));
        let mut request = self
            .tus(Method::POST, &format!("/tus/versions/{}", self.version))
            .header("upload-length", self.file.bytes)
            .header("upload-metadata", metadata);
        if self.file.bytes > 0 && self.file.bytes <= SMALL {
            request = request
                .header(header::CONTENT_TYPE, "application/offset+octet-stream")
                .header(header::CONTENT_LENGTH, self.file.bytes)
                .body(self.bytes(0, self.file.bytes).await?);
        } else {
            request = request.header(header::CONTENT_LENGTH, 0);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return Ok(Step::Later(unreachable(&error).to_string())),
        };
        if answer.status() == StatusCode::CREATED {
            let place = answer.headers().get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
            // The address is taken as a path: the exchange may stand behind another name than it says.
            let path = url::Url::parse(place).map_or_else(|_| place.to_owned(), |u| u.path().to_owned());
            self.address = Some(path);
        }
        self.told(answer).await
    }
    /// Reads an answer.
    async fn told(&self, answer: Response) -> Result<Step, Failure> {
        let status = answer.status();
        if status.is_success() {
            let offset =
                answer.headers().get("upload-offset").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
            return Ok(Step::At(offset.unwrap_or(0)));
        }
        if status == StatusCode::UNAUTHORIZED && self.remote.renew().await? {
            return Ok(Step::Later("the access token ended".to_owned()));
        }
        if passing(status) || status == StatusCode::LOCKED {
            return Ok(Step::Later(format!("the exchange answers {status}")));
        }
        if self.address.is_some() && matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE) {
            return Ok(Step::Afresh);
        }
        // Somebody else wrote meanwhile, or the bytes moved on: the next step asks.
        if self.address.is_some() && status == StatusCode::CONFLICT {
            return Ok(Step::Later("the upload stands elsewhere".to_owned()));
        }
        let path = &self.file.path;
        let text = answer.text().await.unwrap_or_default();
        Err(match refusal(status, &text) {
            Failure::Refused(text) => Failure::Refused(format!("{path}: {text}")),
            other @ (Failure::Manifest(_) | Failure::Local(_) | Failure::Unreachable(_)) => other,
        })
    }
    fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.remote.request(method, path).header("tus-resumable", urls::TUS_VERSION)
    }
    /// Some bytes of the file from a place on.
    async fn bytes(&self, offset: u64, length: u64) -> Result<Body, Failure> {
        let broke = |e: std::io::Error| Failure::Local(format!("{}: {e}", self.file.path));
        let mut opened = tokio::fs::File::open(&self.file.place).await.map_err(broke)?;
        if opened.metadata().await.map_err(broke)?.len() != self.file.bytes {
            return Err(Failure::Local(format!("{}: changed while it was sent", self.file.path)));
        }
        opened.seek(SeekFrom::Start(offset)).await.map_err(broke)?;
        let pieces = stream::try_unfold(opened.take(length), |mut from| async move {
            let mut piece = vec![0; PIECE];
            let count = from.read(&mut piece).await?;
            piece.truncate(count);
            Ok::<_, std::io::Error>((count > 0).then_some((piece, from)))
        });
        Ok(Body::wrap_stream(pieces))
    }
}
