//! What lies in the store beside what the database knows.

use crate::support::Exchange;
use bourse::jobs::sweep;
use bytes::Bytes;
use futures_util::stream;

#[actix_web::test]
async fn bytes_without_a_row_go_after_a_day_and_no_others() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let seller = exchange.firm(&operator, "seller").await;
    let listed = exchange.listed(&seller, "seller", "spindle").await;
    let site = &exchange.site;
    let stored = async || {
        use futures_util::TryStreamExt;
        site.blobs.list().try_collect::<Vec<_>>().await.unwrap().len()
    };
    let before = stored().await;
    // What a crash between the bytes and their row leaves behind.
    let piece = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"lost"))]);
    site.blobs.take(bourse::values::random_uuid(), piece, 100).await.unwrap();
    assert_eq!(sweep::sweep(site).await.unwrap(), 0, "an upload may still be on its way");
    assert_eq!(stored().await, before + 1);
    site.clock.advance(2 * 86_400);
    assert_eq!(sweep::sweep(site).await.unwrap(), 1);
    assert_eq!(stored().await, before);
    let version = exchange.nobody().read(&format!("{}/versions/{}", listed.at, listed.version)).await.is(200);
    assert!(!version.body["files"].as_array().unwrap().is_empty());
}
