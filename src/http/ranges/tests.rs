//! A real server on a free port, a real client, real damage.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::fs::FileExt,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use futures_util::{StreamExt, future::BoxFuture};
use reqwest::{Client, Method as Verb, Response, header::HeaderMap};

use super::*;
use crate::store::blobs::{
    Blobs, CHUNK, Taken,
    tests::{Folder, sample, taken},
};

const MODIFIED: i64 = 1_000_000_000_000;
const MODIFIED_TEXT: &str = "Sun, 09 Sep 2001 01:46:40 GMT";

#[derive(Default)]
struct Watch {
    sent: AtomicU64,
    asked: AtomicU64,
    revoked: AtomicBool,
    broken: Mutex<Vec<io::ErrorKind>>,
}

impl Gate for Arc<Watch> {
    fn sent(&self, bytes: u64) {
        self.as_ref().sent.fetch_add(bytes, SeqCst);
    }
    fn still(&self) -> BoxFuture<'static, bool> {
        let watch = Arc::clone(self);
        Box::pin(async move {
            watch.asked.fetch_add(1, SeqCst);
            !watch.revoked.load(SeqCst)
        })
    }
    fn broke(&self, error: &io::Error) {
        self.broken.lock().unwrap().push(error.kind());
    }
}

/// A server of one file.
struct House {
    folder: Folder,
    taken: Taken,
    data: Vec<u8>,
    tag: String,
    watch: Arc<Watch>,
    address: SocketAddr,
    handle: ServerHandle,
}

async fn house(data: Vec<u8>) -> House {
    let folder = Folder::new();
    let blobs = Blobs::disk(&folder.0).unwrap();
    let taken = taken(&blobs, &data).await;
    let watch = Arc::new(Watch::default());
    let (file, seen) = (taken.clone(), Arc::clone(&watch));
    let server = HttpServer::new(move || {
        let (file, seen, blobs) = (file.clone(), Arc::clone(&seen), blobs.clone());
        let answer = move |req: HttpRequest| {
            let blob = blobs.open(file.key, file.size, file.chunks.clone().into());
            let (sha256, gate) = (file.sha256, Arc::new(Arc::clone(&seen)));
            async move {
                let facts = FileFacts { file_name: "轴承.csv", sha256, last_modified_ms: MODIFIED };
                serve(&req, blob, facts, gate)
                    .await
                    .unwrap_or_else(|_| HttpResponse::InternalServerError().body("damaged"))
            }
        };
        App::new().service(web::resource("/file").route(web::get().to(answer.clone())).route(web::head().to(answer)))
    });
    let server = server.workers(1).h1_write_buffer_size(CHUNK).tcp_nodelay(true).bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    let server = server.disable_signals().shutdown_timeout(0).run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let tag = etag(&taken.sha256);
    House { folder, taken, data, tag, watch, address, handle }
}

impl House {
    async fn ask(&self, verb: Verb, fields: &[(&str, &str)]) -> Response {
        let client = Client::builder().no_proxy().build().unwrap();
        let mut request = client.request(verb, format!("http://{}/file", self.address));
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    async fn get(&self, fields: &[(&str, &str)]) -> Response {
        self.ask(Verb::GET, fields).await
    }

    fn flip(&self, at: usize) {
        let file = self.folder.spoil(self.taken.key);
        file.write_all_at(&[self.data[at] ^ 0x20], u64::try_from(at).unwrap()).unwrap();
    }

    /// Sends bytes over one connection and reads until the server closes it.
    async fn raw(&self, text: String) -> Vec<u8> {
        let address = self.address;
        let talk = move || {
            let mut socket = TcpStream::connect(address).unwrap();
            socket.write_all(text.as_bytes()).unwrap();
            let mut all = Vec::new();
            socket.read_to_end(&mut all).unwrap();
            all
        };
        web::block(talk).await.unwrap()
    }

    async fn end(self) {
        self.handle.stop(false).await;
    }
}

/// The bytes that came, and whether the transfer came to its proper end.
async fn received(response: Response) -> (Vec<u8>, bool) {
    let (mut all, mut stream) = (Vec::new(), response.bytes_stream());
    while let Some(piece) = stream.next().await {
        match piece {
            Ok(bytes) => all.extend_from_slice(&bytes),
            Err(_) => return (all, false),
        }
    }
    (all, true)
}

fn field(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// The fields that every answer with the file has, of `GET` and `HEAD`, 200 and 206.
fn check_fields(house: &House, headers: &HeaderMap, length: usize) {
    for (name, expected) in [
        ("content-length", length.to_string().as_str()),
        ("etag", &house.tag),
        ("last-modified", MODIFIED_TEXT),
        ("accept-ranges", "bytes"),
        ("cache-control", "private, no-transform"),
        ("content-type", "application/octet-stream"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("content-disposition", "attachment; filename=\"__.csv\"; filename*=UTF-8''%E8%BD%B4%E6%89%BF.csv"),
        ("repr-digest", &format!("sha-256=:{}:", BASE64.encode(&house.taken.sha256))),
        ("content-encoding", ""),
        ("transfer-encoding", ""),
    ] {
        assert_eq!(field(headers, name), expected, "{name}");
    }
}

#[actix_web::test]
async fn whole_file_ranges_and_head() {
    let house = house(sample(3 * CHUNK + 1000)).await;
    let len = house.data.len();
    let response = house.get(&[("accept-encoding", "gzip, br")]).await;
    assert_eq!(response.status(), 200);
    check_fields(&house, response.headers(), len);
    assert!(received(response).await == (house.data.clone(), true));
    assert_eq!(house.watch.sent.load(SeqCst), house.taken.size);

    for (from, end) in
        [(0, 1), (0, len), (CHUNK - 1, CHUNK + 1), (CHUNK, 2 * CHUNK), (5, 3 * CHUNK + 7), (len - 1, len)]
    {
        let response = house.get(&[("range", &format!("bytes={from}-{}", end - 1))]).await;
        assert_eq!(response.status(), 206);
        check_fields(&house, response.headers(), end - from);
        assert_eq!(field(response.headers(), "content-range"), format!("bytes {from}-{}/{len}", end - 1));
        assert!(received(response).await == (house.data[from..end].to_vec(), true), "{from}..{end}");
    }
    let response = house.get(&[("range", "bytes=-1500")]).await;
    assert_eq!(response.status(), 206);
    assert!(received(response).await.0 == house.data[len - 1500..]);

    let response = house.get(&[("range", &format!("bytes={len}-"))]).await;
    assert_eq!(response.status(), 416);
    assert_eq!(field(response.headers(), "content-range"), format!("bytes */{len}"));
    assert_eq!(received(response).await.0, b"");
    for several in ["bytes=0-1,5-6", "lines=1-2", "bytes=9-1"] {
        let response = house.get(&[("range", several)]).await;
        assert_eq!(response.status(), 200, "{several}");
        // Read to the end, so that nothing of it is still being counted below.
        received(response).await;
    }
    let response = house.get(&[("range", "bytes=0-1"), ("range", "bytes=0-1")]).await;
    assert_eq!(response.status(), 200);
    received(response).await;

    let sent = house.watch.sent.load(SeqCst);
    for range in ["bytes=0-0", "bytes=99999999-"] {
        let response = house.ask(Verb::HEAD, &[("range", range)]).await;
        assert_eq!(response.status(), 200);
        check_fields(&house, response.headers(), len);
        assert_eq!(received(response).await.0, b"");
    }
    assert_eq!(house.watch.sent.load(SeqCst), sent);
    house.end().await;
}

#[actix_web::test]
async fn conditions_and_if_range() {
    let house = house(sample(1000)).await;
    let weak = format!("W/{}", house.tag);
    for (tag, status) in
        [(house.tag.as_str(), 206), (&weak, 200), ("\"other\"", 200), (MODIFIED_TEXT, 200), ("*", 200), ("", 200)]
    {
        let response = house.get(&[("range", "bytes=10-19"), ("if-range", tag)]).await;
        assert_eq!(response.status(), status, "If-Range {tag}");
        let expected = if status == 206 { &house.data[10..20] } else { &house.data[..] };
        assert!(received(response).await.0 == expected);
    }
    let twice = [("range", "bytes=10-19"), ("if-range", house.tag.as_str()), ("if-range", house.tag.as_str())];
    assert_eq!(house.get(&twice).await.status(), 200);
    for (name, value, status) in [
        ("if-none-match", house.tag.as_str(), 304),
        ("if-none-match", &weak, 304),
        ("if-none-match", "\"other\"", 200),
        ("if-match", &house.tag, 200),
        ("if-match", &weak, 412),
        ("if-match", "\"other\"", 412),
        ("if-modified-since", MODIFIED_TEXT, 304),
        ("if-unmodified-since", MODIFIED_TEXT, 200),
    ] {
        for verb in [Verb::GET, Verb::HEAD] {
            let response = house.ask(verb.clone(), &[(name, value)]).await;
            assert_eq!(response.status(), status, "{verb} {name}: {value}");
            assert_eq!(field(response.headers(), "etag"), house.tag);
            assert_eq!(field(response.headers(), "x-content-type-options"), "nosniff");
        }
    }
    house.end().await;
}

#[actix_web::test]
async fn an_empty_file() {
    let house = house(Vec::new()).await;
    for verb in [Verb::GET, Verb::HEAD] {
        let response = house.ask(verb, &[]).await;
        assert_eq!(response.status(), 200);
        check_fields(&house, response.headers(), 0);
        assert_eq!(received(response).await, (Vec::new(), true));
    }
    let response = house.get(&[("range", "bytes=0-")]).await;
    assert_eq!((response.status().as_u16(), field(response.headers(), "content-range")), (416, "bytes */0".to_owned()));
    house.end().await;
}

#[actix_web::test]
async fn a_flipped_bit_ends_the_transfer_before_it() {
    let house = house(sample(4 * CHUNK)).await;
    house.flip(2 * CHUNK + 100_000);
    let response = house.get(&[]).await;
    assert_eq!(response.status(), 200);
    let (bytes, complete) = received(response).await;
    assert!(!complete && bytes == house.data[..2 * CHUNK], "{} bytes, complete: {complete}", bytes.len());
    assert_eq!(*house.watch.broken.lock().unwrap(), [io::ErrorKind::InvalidData]);

    // A range that begins in the damaged chunk is refused before its head; beside it, all is well.
    for range in ["bytes=524288-", "bytes=786431-786431", "bytes=600000-600010"] {
        let response = house.get(&[("range", range)]).await;
        assert_eq!(response.status(), 500, "{range}");
        assert_eq!(received(response).await.0, b"damaged");
    }
    let response = house.get(&[("range", "bytes=786432-")]).await;
    assert!(received(response).await == (house.data[3 * CHUNK..].to_vec(), true));
    house.end().await;
}

#[actix_web::test]
async fn a_file_cut_short_ends_the_transfer() {
    let house = house(sample(4 * CHUNK)).await;
    house.folder.spoil(house.taken.key).set_len(3 * CHUNK_BYTES + 10).unwrap();
    let (bytes, complete) = received(house.get(&[]).await).await;
    assert!(!complete && bytes == house.data[..3 * CHUNK]);
    assert_eq!(house.get(&[("range", "bytes=-5")]).await.status(), 500);
    house.folder.spoil(house.taken.key).set_len(0).unwrap();
    assert_eq!(house.get(&[]).await.status(), 500);
    house.end().await;
}

#[actix_web::test]
async fn a_broken_transfer_resumes() {
    let house = house(sample(20 * CHUNK + 3)).await;
    let response = house.get(&[]).await;
    let tag = field(response.headers(), "etag");
    let mut stream = response.bytes_stream();
    let mut bytes = Vec::new();
    while bytes.len() < 700_000 {
        bytes.extend_from_slice(&stream.next().await.unwrap().unwrap());
    }
    drop(stream);
    let response = house.get(&[("range", &format!("bytes={}-", bytes.len())), ("if-range", &tag)]).await;
    assert_eq!(response.status(), 206);
    let (rest, complete) = received(response).await;
    bytes.extend_from_slice(&rest);
    assert!(complete && bytes == house.data);
    house.end().await;
}

#[actix_web::test]
async fn a_head_followed_at_once_by_a_get() {
    let house = house(sample(CHUNK + 50)).await;
    let text = |verb: &str, more: &str| format!("{verb} /file HTTP/1.1\r\nHost: localhost\r\n{more}\r\n");
    let last = "Connection: close\r\n";
    let sent = text("HEAD", "") + &text("GET", "Range: bytes=0-9\r\n") + &text("HEAD", "") + &text("GET", last);
    let mut rest = house.raw(sent).await;
    let mut answers = Vec::new();
    for body in [false, true, false, true] {
        let end = rest.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(rest[..end].to_vec()).unwrap().to_ascii_lowercase();
        let (_, length) = head.split_once("content-length: ").unwrap();
        let length: usize = length.lines().next().unwrap().parse().unwrap();
        assert!(!head.contains("transfer-encoding"), "{head}");
        rest.drain(..end);
        let bytes: Vec<u8> = if body { rest.drain(..length).collect() } else { Vec::new() };
        answers.push((head[9..12].to_owned(), length, bytes));
    }
    let len = house.data.len();
    let expected = [
        ("200".to_owned(), len, Vec::new()),
        ("206".to_owned(), 10, house.data[..10].to_vec()),
        ("200".to_owned(), len, Vec::new()),
        ("200".to_owned(), len, house.data.clone()),
    ];
    assert!(answers == expected && rest.is_empty());
    house.end().await;
}

#[actix_web::test]
async fn the_gate_is_asked_and_ends_the_transfer() {
    let house = house(sample(140 << 20)).await;
    let (bytes, complete) = received(house.get(&[]).await).await;
    assert!(complete && bytes == house.data);
    // At least for each 64 MiB; on a busy machine also for the 5 s.
    assert!(house.watch.asked.load(SeqCst) >= 2);
    assert_eq!(house.watch.sent.load(SeqCst), house.taken.size);
    house.watch.revoked.store(true, SeqCst);
    let (bytes, complete) = received(house.get(&[]).await).await;
    assert!(!complete && bytes.len() <= 64 << 20 && house.data.starts_with(&bytes), "{} bytes", bytes.len());
    house.end().await;
}
