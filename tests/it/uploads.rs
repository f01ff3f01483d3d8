//! Resumable uploads by the tus protocol: every status of it, what is kept, what is refused, and whose bytes are known.

use crate::support::trade::Listed;
use crate::support::{Exchange, Visitor, said};
use data_encoding::{BASE64, HEXLOWER};
use reqwest::{Method, Response};
use sha2::{Digest, Sha256};

/// Bytes that repeat nowhere near the length of a part.
pub fn sample(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(len)
    .collect()
}

/// A request of the protocol's version.
fn tus(visitor: &Visitor, method: &str, path: &str) -> reqwest::RequestBuilder {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    visitor.request(method, path).header("Tus-Resumable", "1.0.0")
}

/// `Upload-Metadata` of a file.
fn named(path: &str) -> String {
    format!("filename {},filetype {}", BASE64.encode(path.as_bytes()), BASE64.encode(b"text/csv"))
}

async fn begun(visitor: &Visitor, listed: &Listed, length: usize, metadata: &str) -> Response {
    let request = tus(visitor, "POST", &format!("/tus/versions/{}", listed.version));
    request.header("Upload-Length", length).header("Upload-Metadata", metadata).send().await.unwrap()
}

/// Begins an upload and gives its address.
pub async fn begins(visitor: &Visitor, listed: &Listed, length: usize, path: &str) -> String {
    let answer = begun(visitor, listed, length, &named(path)).await;
    assert_eq!(answer.status(), 201, "{:?}", answer.text().await);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// A request that sends bytes from an offset on.
pub fn patch(visitor: &Visitor, at: &str, offset: usize, bytes: &[u8]) -> reqwest::RequestBuilder {
    let request = tus(visitor, "PATCH", at).header("Content-Type", "application/offset+octet-stream");
    request.header("Upload-Offset", offset).body(bytes.to_vec())
}

/// Sends bytes, and gives status and where the upload then stands.
pub async fn sends(visitor: &Visitor, at: &str, offset: usize, bytes: &[u8]) -> (u16, String) {
    let answer = patch(visitor, at, offset, bytes).send().await.unwrap();
    (answer.status().as_u16(), header(&answer, "upload-offset"))
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Asks where an upload stands.
pub async fn stands(visitor: &Visitor, at: &str) -> (u16, String) {
    let answer = tus(visitor, "HEAD", at).send().await.unwrap();
    (answer.status().as_u16(), header(&answer, "upload-offset"))
}

async fn draft(exchange: &Exchange) -> (Visitor, Listed) {
    let seller = exchange.person("Seller");
    seller.founds("forge").await;
    let listed = seller.begins("forge", "presses").await;
    (seller, listed)
}

/// The files of a draft.
pub async fn files(visitor: &Visitor, listed: &Listed) -> Vec<serde_json::Value> {
    let version = visitor.read(&format!("{}/versions/{}", listed.at, listed.version)).await.is(200);
    version.body["files"].as_array().cloned().unwrap_or_default()
}

#[actix_web::test]
async fn a_file_comes_in_pieces() {
    let exchange = Exchange::start().await;
    let (seller, listed) = draft(&exchange).await;
    let options = exchange.nobody().request(Method::OPTIONS, &format!("/tus/versions/{}", listed.version));
    let options = options.send().await.unwrap();
    assert_eq!((options.status().as_u16(), header(&options, "tus-version").as_str()), (204, "1.0.0"));
    assert_eq!(header(&options, "tus-checksum-algorithm"), "sha1,sha256");
    assert!(header(&options, "tus-extension").contains("termination"));

    // Pieces around the ends of parts and chunks, by the session's cookie and by a key.
    let key = seller.key_for("forge", "1").await;
    let bytes = sample((17 << 20) + 4321);
    let at = begins(&seller, &listed, bytes.len(), "data/strokes.bin").await;
    assert_eq!(stands(&seller, &at).await, (200, "0".to_owned()));
    let mut offset = 0;
    for (n, length) in [1, (8 << 20) - 1, 262_144, 0, (8 << 20) + 77, 12_345].into_iter().enumerate() {
        let piece = &bytes[offset..offset + length];
        let visitor = if n % 2 == 0 { &seller } else { &key };
        offset += length;
        assert_eq!(sends(visitor, &at, offset - length, piece).await, (204, offset.to_string()), "piece {n}");
        assert_eq!(stands(visitor, &at).await, (200, offset.to_string()));
        assert!(files(&seller, &listed).await.is_empty());
    }
    let answer = patch(&key, &at, offset, &bytes[offset..]).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "tus-resumable").as_str()), (204, "1.0.0"));
    assert_eq!(header(&answer, "upload-offset"), bytes.len().to_string());

    let file = &files(&seller, &listed).await[0];
    assert_eq!(file["path"], "data/strokes.bin");
    assert_eq!(file["sha256"], HEXLOWER.encode(&Sha256::digest(&bytes)));
    // The last answer may be lost: asking and sending nothing again is no fault.
    assert_eq!(stands(&seller, &at).await, (200, bytes.len().to_string()));
    assert_eq!(sends(&seller, &at, bytes.len(), b"").await.0, 204);
    assert_eq!(tus(&seller, "DELETE", &at).send().await.unwrap().status(), 409);
    let stored: Vec<_> = std::fs::read_dir(exchange.folder().join("files/staging")).unwrap().collect();
    assert!(stored.is_empty(), "{stored:?}");

    // Chunks are verified when they are read: a published file is handed out byte for byte.
    let operator = exchange.operator();
    operator.verifies("forge").await;
    seller.publishes(&listed).await.is(200);
    let offer = seller.offers(&listed, "CC-BY-4.0", crate::support::trade::free()).await;
    let buyer = exchange.firm(&operator, "mill").await;
    buyer.asks("mill", &offer).await.is(201);
    let grant = buyer.read("/grants").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
    let url =
        buyer.read(&format!("/grants/{grant}/manifest")).await.is(200).body["items"][0]["files"][0]["url"].clone();
    let got = buyer.get(url.as_str().unwrap()).await.bytes().await.unwrap();
    assert!(got == bytes, "the file");
}

#[actix_web::test]
async fn tables_are_looked_into() {
    let exchange = Exchange::start().await;
    let (seller, listed) = draft(&exchange).await;
    let table = crate::support::trade::TABLE.as_bytes();
    let request = tus(&seller, "POST", &format!("/tus/versions/{}", listed.version));
    let request = request.header("Upload-Length", table.len()).header("Upload-Metadata", named("table.csv"));
    let answer = request.header("Content-Type", "application/offset+octet-stream").body(table.to_vec());
    let answer = answer.send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "upload-offset")), (201, table.len().to_string()));
    let at = begins(&seller, &listed, 0, "empty.bin").await;
    assert_eq!(stands(&seller, &at).await, (200, "0".to_owned()));
    let files = files(&seller, &listed).await;
    assert_eq!((&files[0]["path"], &files[0]["size_bytes"]), (&"empty.bin".into(), &0.into()));
    assert_eq!((&files[1]["rows"], &files[1]["columns"]), (&2.into(), &3.into()));
}

#[actix_web::test]
async fn every_refusal_has_its_status() {
    let exchange = Exchange::start().await;
    let (seller, listed) = draft(&exchange).await;
    let create = format!("/tus/versions/{}", listed.version);
    let post = |visitor: &Visitor| visitor.request(Method::POST, &create).header("Upload-Length", 9);
    let answer = post(&seller).header("Tus-Resumable", "0.2.2").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "tus-version").as_str()), (412, "1.0.0"));
    let said_of = |request: reqwest::RequestBuilder| said(request.header("Tus-Resumable", "1.0.0"));
    said(post(&seller)).await.problem(412, "tus_version");
    said_of(post(&seller)).await.problem(422, "invalid");
    said_of(post(&seller).header("Upload-Metadata", "filename !")).await.problem(400, "tus_header");
    said_of(post(&seller).header("Upload-Metadata", named("../x.csv"))).await.problem(422, "invalid");
    said_of(seller.request(Method::POST, &create).header("Upload-Metadata", named("a")))
        .await
        .problem(400, "tus_header");
    for bad in ["-1", "+4", "1e3", "99999999999999999999", ""] {
        let request = seller.request(Method::POST, &create).header("Upload-Length", bad);
        said_of(request.header("Upload-Metadata", named("a"))).await.problem(400, "tus_header");
    }
    let huge = seller.request(Method::POST, &create).header("Upload-Length", 1_i64 << 60);
    said_of(huge.header("Upload-Metadata", named("a"))).await.problem(413, "too_large");
    let nobody = post(&exchange.nobody()).header("Upload-Metadata", named("a"));
    said_of(nobody).await.problem(401, "not_signed_in");
    let stranger = exchange.person("Stranger");
    said_of(post(&stranger).header("Upload-Metadata", named("a"))).await.problem(404, "not_found");

    let at = begins(&seller, &listed, 9, "a.csv").await;
    said(patch(&stranger, &at, 0, b"abc")).await.problem(404, "not_found");
    assert_eq!(stands(&stranger, &at).await.0, 404);
    said(patch(&seller, &at, 3, b"abc")).await.problem(409, "upload_offset");
    said(patch(&seller, &at, 0, b"0123456789")).await.problem(413, "too_large");
    let plain = tus(&seller, "PATCH", &at).header("Upload-Offset", 0).header("Content-Type", "text/plain").body("abc");
    said(plain).await.problem(415, "media_type");
    let old = seller.request(Method::PATCH, &at).header("Tus-Resumable", "1.0.1").header("Upload-Offset", 0);
    said(old.body("abc")).await.problem(412, "tus_version");
    said(tus(&seller, "PUT", &at)).await.problem(405, "method");
    let forged = patch(&seller, &at, 0, b"abc").header("Sec-Fetch-Site", "cross-site");
    said(forged).await.problem(403, "origin");
    // More than the rest, without a declared length: what fits the length is kept, the rest refused.
    let stream = futures_util::stream::iter([Ok::<_, std::io::Error>("01234"), Ok("56789")]);
    let request = tus(&seller, "PATCH", &at).header("Content-Type", "application/offset+octet-stream");
    let over = request.header("Upload-Offset", 0).body(reqwest::Body::wrap_stream(stream)).send().await.unwrap();
    assert_eq!(over.status(), 413);
    let (status, offset) = stands(&seller, &at).await;
    assert!(status == 200 && offset.parse::<usize>().unwrap() < 9, "{offset}");
    said_of(post(&seller).header("Upload-Concat", "half")).await.problem(400, "tus_header");
}

#[actix_web::test]
async fn checksums_ways_round_proxies_and_the_end() {
    let exchange = Exchange::start().await;
    let (seller, listed) = draft(&exchange).await;
    let at = begins(&seller, &listed, 6, "a.csv").await;
    let sum = |name: &str, sum: &[u8]| format!("{name} {}", BASE64.encode(sum));
    let right = sum("sha256", &Sha256::digest(b"abc"));
    said(patch(&seller, &at, 0, b"abX").header("Upload-Checksum", &right)).await.problem(460, "tus_checksum");
    assert_eq!(stands(&seller, &at).await, (200, "0".to_owned()), "nothing of it was kept");
    said(patch(&seller, &at, 0, b"abc").header("Upload-Checksum", "md5 AA==")).await.problem(400, "tus_header");
    assert_eq!(patch(&seller, &at, 0, b"abc").header("Upload-Checksum", right).send().await.unwrap().status(), 204);
    let right = sum("sha1", &sha1::Sha1::digest(b"de"));
    let overridden = tus(&seller, "POST", &at).header("X-HTTP-Method-Override", "PATCH");
    let overridden = overridden.header("Content-Type", "application/offset+octet-stream").header("Upload-Offset", 3);
    let answer = overridden.header("Upload-Checksum", right).body("de").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "upload-offset").as_str()), (204, "5"));
    said(tus(&seller, "POST", &at)).await.problem(405, "method");

    let answer = tus(&seller, "POST", &at).header("X-HTTP-Method-Override", "DELETE").send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(stands(&seller, &at).await.0, 410);
    said(patch(&seller, &at, 5, b"f")).await.problem(410, "upload_over");
    said(tus(&seller, "DELETE", &at)).await.problem(410, "upload_over");
    let gone = "/tus/uploads/00000000-0000-7000-8000-000000000000";
    assert_eq!(stands(&seller, gone).await.0, 404);
    assert!(std::fs::read_dir(exchange.folder().join("files/staging")).unwrap().next().is_none());

    // A digest for the whole file that the bytes do not have.
    let metadata = format!("{},sha256 {}", named("a.csv"), BASE64.encode("0".repeat(64).as_bytes()));
    let at = header(&begun(&seller, &listed, 3, &metadata).await, "location");
    said(patch(&seller, &at, 0, b"abc")).await.problem(460, "upload_digest");
    assert_eq!(stands(&seller, &at).await.0, 410);
    assert!(files(&seller, &listed).await.is_empty());
}

#[actix_web::test]
async fn bytes_are_known_within_an_organisation_only() {
    let exchange = Exchange::start().await;
    let (seller, listed) = draft(&exchange).await;
    let bytes = sample(300_000);
    let digest = HEXLOWER.encode(&Sha256::digest(&bytes));
    seller.uploads(&listed, "first.bin", bytes.clone()).await.is(201);
    let metadata = format!("{},sha256 {}", named("second.bin"), BASE64.encode(digest.as_bytes()));
    let answer = begun(&seller, &listed, bytes.len(), &metadata).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "upload-known").as_str()), (201, "true"));
    assert_eq!(header(&answer, "upload-offset"), bytes.len().to_string());
    assert_eq!(stands(&seller, &header(&answer, "location")).await, (200, bytes.len().to_string()));
    let list = files(&seller, &listed).await;
    assert_eq!((list.len(), &list[1]["sha256"], &list[1]["path"]), (2, &digest.clone().into(), &"second.bin".into()));
    let storage = seller.read("/organisations/forge/storage").await.is(200).body;
    assert_eq!((&storage["used_bytes"], &storage["reserved_bytes"]), (&300_000.into(), &0.into()));

    // Another organisation learns nothing, and sends all of it.
    let other = exchange.person("Other");
    other.founds("mill").await;
    let theirs = other.begins("mill", "rolls").await;
    let answer = begun(&other, &theirs, bytes.len(), &metadata).await;
    assert_eq!((header(&answer, "upload-known").as_str(), header(&answer, "upload-offset").as_str()), ("", "0"));
    assert_eq!(sends(&other, &header(&answer, "location"), 0, &bytes).await.0, 204);

    // The bytes go with the last file that names them.
    let stored = || {
        let shelves = std::fs::read_dir(exchange.folder().join("files/blobs")).unwrap();
        shelves.flat_map(|shelf| std::fs::read_dir(shelf.unwrap().path()).unwrap()).count()
    };
    assert_eq!(stored(), 2);
    let remove = |file: &serde_json::Value| {
        format!("/api/v1{}/versions/{}/files/{}", listed.at, listed.version, file["id"].as_str().unwrap())
    };
    for (file, left) in list.iter().zip([2, 1]) {
        said(seller.request(Method::DELETE, &remove(file))).await.is(204);
        assert_eq!(stored(), left);
    }
    let storage = seller.read("/organisations/forge/storage").await.is(200).body;
    assert_eq!(storage["used_bytes"], 0);
}

#[actix_web::test]
async fn room_is_reserved_once_and_given_back() {
    let exchange = Exchange::start_with(&[("organisation_quota_gib", "1"), ("upload_hours", "2")]).await;
    let (seller, listed) = draft(&exchange).await;
    let third = (1 << 30) / 3;
    let all = (0..8).map(|n| {
        let (seller, listed) = (seller.clone(), listed.clone());
        async move { begun(&seller, &listed, third, &named(&format!("{n}.bin"))).await }
    });
    let answers = futures_util::future::join_all(all).await;
    let (fine, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status() == 201);
    assert_eq!((fine.len(), refused.len()), (3, 5));
    assert!(refused.iter().all(|a| a.status() == 413));
    assert_eq!(seller.uploads(&listed, "put.bin", sample(4000)).await.problem(413, "quota").status, 413);

    let list = seller.read(&format!("{}/versions/{}/uploads", listed.at, listed.version)).await.is(200).body;
    let items = list["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["size_bytes"], &items[0]["offset_bytes"]), (3, &third.into(), &0.into()));
    let one = format!("{}/versions/{}/uploads/{}", listed.at, listed.version, items[0]["id"].as_str().unwrap());
    exchange.person("Stranger").api(Method::DELETE, &one, None).await.problem(404, "not_found");
    seller.api(Method::DELETE, &one, None).await.is(204);
    seller.api(Method::DELETE, &one, None).await.problem(410, "upload_over");
    let at = begins(&seller, &listed, third, "again.bin").await;
    assert_eq!(sends(&seller, &at, 0, b"some").await.0, 204);

    // An hour later the one with progress goes on; the others run out, and their room with them.
    exchange.site.clock.advance(3600);
    assert_eq!(sends(&seller, &at, 4, b"more").await.0, 204);
    exchange.site.clock.advance(3700);
    bourse::jobs::round(&exchange.site).await.unwrap();
    let storage = seller.read("/organisations/forge/storage").await.is(200).body;
    assert_eq!((&storage["used_bytes"], &storage["reserved_bytes"]), (&0.into(), &third.into()));
    let stale = format!("/tus/uploads/{}", items[1]["id"].as_str().unwrap());
    assert_eq!(stands(&seller, &stale).await.0, 410);
    assert_eq!(stands(&seller, &at).await, (200, "8".to_owned()));
    exchange.site.clock.advance(7300);
    bourse::jobs::round(&exchange.site).await.unwrap();
    assert_eq!(stands(&seller, &at).await.0, 410);
    assert!(std::fs::read_dir(exchange.folder().join("files/staging")).unwrap().next().is_none());
}

#[actix_web::test]
async fn a_cut_keeps_what_came_and_the_newcomer_goes_first() {
    use tokio::io::AsyncWriteExt;
    let exchange = Exchange::start().await;
    let (seller, listed) = draft(&exchange).await;
    let key = seller.key_for("forge", "1").await;
    let crate::support::Credential::Bearer(token) = &key.credential else { panic!("no key") };
    let bytes = sample(5 << 20);
    let at = begins(&key, &listed, bytes.len(), "a.bin").await;
    let address = exchange.url.trim_start_matches("http://").to_owned();
    let head = |offset: usize| {
        format!(
            "PATCH {at} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nTus-Resumable: 1.0.0\r\n\
             Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\nContent-Length: {}\r\n\r\n",
            bytes.len() - offset
        )
    };
    // A client that goes silent in the middle and does not even close: its successor takes over.
    let mut silent = tokio::net::TcpStream::connect(&address).await.unwrap();
    silent.write_all(head(0).as_bytes()).await.unwrap();
    silent.write_all(&bytes[..1_000_000]).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let (status, offset) = stands(&key, &at).await;
    assert_eq!((status, offset.as_str()), (200, "1000000"), "all that came is kept");
    // A connection that is cut.
    let mut cut = tokio::net::TcpStream::connect(&address).await.unwrap();
    cut.write_all(head(1_000_000).as_bytes()).await.unwrap();
    cut.write_all(&bytes[1_000_000..3_000_000]).await.unwrap();
    cut.shutdown().await.unwrap();
    drop(cut);
    let mut offset = 0;
    for _ in 0..400 {
        offset = stands(&key, &at).await.1.parse().unwrap();
        if offset > 1_000_000 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(offset > 1_000_000, "what came before the cut is kept: {offset}");
    assert_eq!(sends(&key, &at, offset, &bytes[offset..]).await.0, 204);
    assert_eq!(files(&seller, &listed).await[0]["sha256"], HEXLOWER.encode(&Sha256::digest(&bytes)));
    drop(silent);
}

#[actix_web::test]
async fn two_uploads_of_one_path_give_one_file() {
    let exchange = Exchange::start().await;
    let (seller, listed) = draft(&exchange).await;
    let (one, two) = (begins(&seller, &listed, 3, "a.csv").await, begins(&seller, &listed, 3, "A.csv").await);
    assert_eq!(sends(&seller, &one, 0, b"abc").await.0, 204);
    said(patch(&seller, &two, 0, b"xyz")).await.problem(422, "invalid");
    assert_eq!(stands(&seller, &two).await.0, 410);
    said(
        tus(&seller, "POST", &format!("/tus/versions/{}", listed.version))
            .header("Upload-Length", 3)
            .header("Upload-Metadata", named("a.CSV")),
    )
    .await
    .problem(422, "invalid");
    let storage = seller.read("/organisations/forge/storage").await.is(200).body;
    assert_eq!((&storage["used_bytes"], &storage["reserved_bytes"]), (&3.into(), &0.into()));
    // A version that was published meanwhile takes nothing more.
    let late = begins(&seller, &listed, 3, "late.csv").await;
    exchange.operator().verifies("forge").await;
    seller.publishes(&listed).await.is(200);
    said(patch(&seller, &late, 0, b"abc")).await.problem(409, "wrong_state");
    assert_eq!(stands(&seller, &late).await.0, 410);
    said(
        tus(&seller, "POST", &format!("/tus/versions/{}", listed.version))
            .header("Upload-Length", 3)
            .header("Upload-Metadata", named("b.csv")),
    )
    .await
    .problem(409, "wrong_state");
}

/// Begins a part, sends it, and gives its address.
pub async fn part(visitor: &Visitor, listed: &Listed, bytes: &[u8]) -> String {
    let request = tus(visitor, "POST", &format!("/tus/versions/{}", listed.version));
    let request = request.header("Upload-Length", bytes.len()).header("Upload-Concat", "partial");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 201, "{:?}", answer.text().await);
    let at = header(&answer, "location");
    let (first, rest) = bytes.split_at(bytes.len() / 3);
    assert_eq!(sends(visitor, &at, 0, first).await.0, 204);
    assert_eq!(sends(visitor, &at, first.len(), rest).await, (204, bytes.len().to_string()));
    at
}

/// A request that joins parts.
pub fn join(visitor: &Visitor, listed: &Listed, metadata: &str, parts: &[&str]) -> reqwest::RequestBuilder {
    let request = tus(visitor, "POST", &format!("/tus/versions/{}", listed.version));
    request.header("Upload-Concat", format!("final;{}", parts.join(" "))).header("Upload-Metadata", metadata)
}

/// Parts of one file come side by side and are joined; `blobs` tells what is stored.
pub async fn joins_parts(seller: &Visitor, listed: &Listed) {
    let bytes = sample((19 << 20) + 77);
    let (a, rest) = bytes.split_at((9 << 20) + 5);
    let (b, c) = rest.split_at(1 << 20);
    let (c_at, a_at, b_at) =
        (part(seller, listed, c).await, part(seller, listed, a).await, part(seller, listed, b).await);
    let head = tus(seller, "HEAD", &a_at).send().await.unwrap();
    assert_eq!(
        (header(&head, "upload-concat").as_str(), header(&head, "upload-offset")),
        ("partial", a.len().to_string())
    );
    assert!(files(seller, listed).await.is_empty(), "a part is no file");
    let storage = seller.read("/organisations/forge/storage").await.is(200).body;
    assert_eq!((&storage["used_bytes"], &storage["reserved_bytes"]), (&0.into(), &bytes.len().into()));

    let whole = format!("http://data.example{b_at}");
    let metadata = format!(
        "{},sha256 {}",
        named("joined.bin"),
        BASE64.encode(HEXLOWER.encode(&Sha256::digest(&bytes)).as_bytes())
    );
    let answer = join(seller, listed, &metadata, &[&a_at, &whole, &c_at]).send().await.unwrap();
    assert_eq!(answer.status(), 201, "{:?}", answer.text().await);
    let at = header(&answer, "location");
    let head = tus(seller, "HEAD", &at).send().await.unwrap();
    assert_eq!(header(&head, "upload-concat"), format!("final;{a_at} {b_at} {c_at}"));
    assert_eq!(
        (header(&head, "upload-offset"), header(&head, "upload-length")),
        (bytes.len().to_string(), bytes.len().to_string())
    );
    let list = files(seller, listed).await;
    assert_eq!(
        (list.len(), &list[0]["path"], &list[0]["sha256"]),
        (1, &"joined.bin".into(), &HEXLOWER.encode(&Sha256::digest(&bytes)).into())
    );
    let storage = seller.read("/organisations/forge/storage").await.is(200).body;
    assert_eq!((&storage["used_bytes"], &storage["reserved_bytes"]), (&bytes.len().into(), &0.into()));
    // The answer may be lost on its way: the same once more is the same file.
    let again = join(seller, listed, &metadata, &[&a_at, &b_at, &c_at]).send().await.unwrap();
    assert_eq!((again.status().as_u16(), header(&again, "location")), (201, at.clone()));
    said(join(seller, listed, &named("other.bin"), &[&a_at, &b_at])).await.problem(409, "tus_parts");
    said(patch(seller, &at, 0, b"abc")).await.problem(403, "tus_final");
}

#[actix_web::test]
async fn parts_side_by_side_become_one_file() {
    let exchange = Exchange::start().await;
    let (seller, listed) = draft(&exchange).await;
    let options = exchange.nobody().request(Method::OPTIONS, &format!("/tus/versions/{}", listed.version));
    assert!(header(&options.send().await.unwrap(), "tus-extension").contains("concatenation"));
    joins_parts(&seller, &listed).await;
    let staged = std::fs::read_dir(exchange.folder().join("files/staging")).unwrap().count();
    let shelves = std::fs::read_dir(exchange.folder().join("files/blobs")).unwrap();
    let stored = shelves.flat_map(|shelf| std::fs::read_dir(shelf.unwrap().path()).unwrap()).count();
    assert_eq!((staged, stored), (0, 1), "nothing is left of the parts");
}

#[actix_web::test]
async fn parts_that_do_not_fit_are_refused_and_given_back() {
    let exchange = Exchange::start_with(&[("upload_hours", "2")]).await;
    let (seller, listed) = draft(&exchange).await;
    let (one, two) = (part(&seller, &listed, b"one,").await, part(&seller, &listed, b"two").await);
    let file = begins(&seller, &listed, 3, "file.bin").await;
    let half = tus(&seller, "POST", &format!("/tus/versions/{}", listed.version));
    let half = half.header("Upload-Length", 9).header("Upload-Concat", "partial").send().await.unwrap();
    let half = header(&half, "location");
    let named = named("a.csv");
    for bad in [vec![&one, &one], vec![&one, &file], vec![&one, &half]] {
        let bad: Vec<&str> = bad.into_iter().map(String::as_str).collect();
        said(join(&seller, &listed, &named, &bad)).await.problem(409, "tus_parts");
    }
    said(join(&seller, &listed, &named, &[])).await.problem(400, "tus_header");
    said(join(&seller, &listed, &named, &[&one]).header("Upload-Length", 4)).await.problem(400, "tus_header");
    let stranger = exchange.person("Stranger");
    said(join(&stranger, &listed, &named, &[&one, &two])).await.problem(404, "not_found");
    let other = seller.begins("forge", "rolls").await;
    said(join(&seller, &other, &named, &[&one, &two])).await.problem(409, "tus_parts");

    // A digest that the whole does not have: nothing of it is kept, and its room is given back.
    let wrong = format!("{named},sha256 {}", BASE64.encode("0".repeat(64).as_bytes()));
    said(join(&seller, &listed, &wrong, &[&one, &two])).await.problem(460, "upload_digest");
    assert_eq!((stands(&seller, &one).await.0, stands(&seller, &two).await.0), (410, 410));
    let reserved =
        || async { seller.read("/organisations/forge/storage").await.is(200).body["reserved_bytes"].clone() };
    assert_eq!(reserved().await, 12, "the file and the half part");
    assert_eq!(tus(&seller, "DELETE", &half).send().await.unwrap().status(), 204);
    // Parts that nobody joins run out like everything else.
    part(&seller, &listed, b"left").await;
    exchange.site.clock.advance(7300);
    bourse::jobs::round(&exchange.site).await.unwrap();
    assert_eq!(reserved().await, 0);
    assert!(std::fs::read_dir(exchange.folder().join("files/staging")).unwrap().next().is_none());
    assert!(files(&seller, &listed).await.is_empty());
}

/// A connection that is reset in the middle of a request for all the rest, twenty times: what the server's side of the
/// network had taken is kept, so that at most one chunk of 8 MiB is sent again.
#[actix_web::test]
async fn twenty_cuts_cost_at_most_a_chunk_each() {
    use tokio::io::AsyncWriteExt;
    // Made before anybody connects: a connection that is kept open would be closed meanwhile.
    let bytes = sample(120 << 20);
    let exchange = Exchange::start().await;
    let (seller, listed) = draft(&exchange).await;
    let key = seller.key_for("forge", "1").await;
    let crate::support::Credential::Bearer(token) = &key.credential else { panic!("no key") };
    let at = begins(&key, &listed, bytes.len(), "cut.bin").await;
    let address = exchange.url.trim_start_matches("http://").to_owned();
    let (mut offset, mut most, mut again, mut random) = (0, 0, 0, 7_u64);
    for _ in 0..20 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wanted = usize::try_from(random >> 40).unwrap() % (12 << 20);
        let end = bytes.len().min(offset + wanted.max(1));
        let mut cut = tokio::net::TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "PATCH {at} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nTus-Resumable: 1.0.0\r\n\
             Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\nContent-Length: {}\r\n\r\n",
            bytes.len() - offset
        );
        cut.write_all(head.as_bytes()).await.unwrap();
        cut.write_all(&bytes[offset..end]).await.unwrap();
        // A reset, not an orderly end: what this side has not yet put on the wire is gone.
        rustix::net::sockopt::set_socket_linger(&cut, Some(std::time::Duration::ZERO)).unwrap();
        drop(cut);
        // No client comes back at once; one that does may ask before its last request was looked at, and finds a 409 later.
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        let stood: usize = stands(&key, &at).await.1.parse().unwrap();
        assert!((offset..=end).contains(&stood), "{offset} {stood} {end}");
        (most, again, offset) = (most.max(end - stood), again + end - stood, stood);
    }
    assert!(most <= 8 << 20, "{most} bytes are to be sent again after one cut, {again} after all");
    while offset < bytes.len() {
        assert!([204, 409].contains(&sends(&key, &at, offset, &bytes[offset..]).await.0));
        offset = stands(&key, &at).await.1.parse().unwrap();
    }
    assert_eq!(files(&seller, &listed).await[0]["sha256"], HEXLOWER.encode(&Sha256::digest(&bytes)));
}
