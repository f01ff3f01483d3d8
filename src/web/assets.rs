//! Styles, scripts and icons: embedded in the binary, under names that carry their digest, cached for ever.

use crate::http::packing::takes_gzip;
use crate::http::problem::Problem;
use crate::http::{Answer, Path};
use crate::routes;
use crate::values::Sha256;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::LazyLock;

routes! {
    get "/static/{name}" Anybody => asset,
    get "/favicon.ico" Anybody => favicon,
}

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

struct Asset {
    url: String,
    plain: Bytes,
    gzip: Bytes,
    media_type: &'static str,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> =
    LazyLock::new(|| Files::iter().filter_map(|name| load(&name).map(|a| (name.into_owned(), a))).collect());

fn load(name: &str) -> Option<Asset> {
    let file = Files::get(name)?;
    let (stem, ending) = name.rsplit_once('.')?;
    let media_type = match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    let digest = Sha256::of(&file.metadata.sha256_hash());
    let url = format!("/static/{stem}-{}.{ending}", digest.as_str().get(..12).unwrap_or_default());
    let plain = Bytes::from(file.data.into_owned());
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&plain).ok()?;
    Some(Asset { url, plain, gzip: Bytes::from(packer.finish().ok()?), media_type })
}

/// Gives the address of an asset by its plain name, such as `look.css`.
#[must_use]
pub fn url(name: &str) -> &'static str {
    ASSETS.get(name).map_or("/static/missing", |a| a.url.as_str())
}

async fn asset(request: HttpRequest, Path(name): Path<String>) -> Answer {
    let wanted = format!("/static/{name}");
    let asset = ASSETS.values().find(|a| a.url == wanted).ok_or_else(Problem::not_found)?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.media_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    if takes_gzip(&request) {
        return Ok(response.insert_header((header::CONTENT_ENCODING, "gzip")).body(asset.gzip.clone()));
    }
    Ok(response.body(asset.plain.clone()))
}

async fn favicon() -> Answer {
    Ok(HttpResponse::PermanentRedirect().insert_header((header::LOCATION, url("favicon.svg"))).finish())
}
