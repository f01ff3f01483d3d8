//! The route table: every address, its methods, its sieve and its handler, as data that tests can walk.

use super::problem::Problem;
use super::visit::Visit;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, FromRequest, Resource, guard, web};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The first sieve of a route: who may try at all. The lock is the permit inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sieve {
    /// Everybody.
    Anybody,
    /// A person in a browser, or with an API key.
    SignedIn,
    /// A person or a machine with a credential.
    Caller,
    /// The operator's staff.
    Operator,
}

/// One line of the route table.
pub struct Route {
    /// The method, in capitals.
    pub method: &'static str,
    /// The address pattern.
    pub path: &'static str,
    /// The first sieve.
    pub sieve: Sieve,
    /// Makes the framework's route.
    pub build: fn() -> actix_web::Route,
}

/// Declares the routes of a module: `get "/path" SignedIn => handler,`.
#[macro_export]
macro_rules! routes {
    ($($method:ident $path:literal $sieve:ident => $handler:path),+ $(,)?) => {
        /// The routes of this module.
        #[must_use]
        pub fn routes() -> Vec<$crate::http::Route> {
            vec![$($crate::http::Route {
                method: $crate::http::routes::capital(stringify!($method)),
                path: $path,
                sieve: $crate::http::Sieve::$sieve,
                build: || ::actix_web::web::route().to($handler),
            }),+]
        }
    };
}

/// Gives a method's name in capitals.
#[must_use]
pub fn capital(method: &str) -> &'static str {
    match method {
        "post" => "POST",
        "put" => "PUT",
        "patch" => "PATCH",
        "delete" => "DELETE",
        "head" => "HEAD",
        "options" => "OPTIONS",
        _ => "GET",
    }
}

/// Mounts routes: one resource for each path, so that a wrong method gets 405 with `Allow`; `HEAD` follows `GET`.
pub fn mount(config: &mut web::ServiceConfig, routes: Vec<Route>) {
    let mut order: Vec<&'static str> = Vec::new();
    let mut paths: BTreeMap<&'static str, Vec<Route>> = BTreeMap::new();
    for route in routes {
        if !paths.contains_key(route.path) {
            order.push(route.path);
        }
        paths.entry(route.path).or_default().push(route);
    }
    for path in order {
        let Some(routes) = paths.remove(path) else { continue };
        let mut resource: Resource = web::resource(path);
        let mut sieves: Vec<(&'static str, Sieve)> = Vec::new();
        let mut allow: Vec<&'static str> = Vec::new();
        for route in routes {
            sieves.push((route.method, route.sieve));
            allow.push(route.method);
            let made = (route.build)();
            resource = if route.method == "GET" {
                // What can be got can be asked about.
                allow.push("HEAD");
                sieves.push(("HEAD", route.sieve));
                resource.route(made.guard(guard::Any(guard::Get()).or(guard::Head())))
            } else {
                let method = Method::from_bytes(route.method.as_bytes()).unwrap_or(Method::GET);
                resource.route(made.guard(guard::Method(method)))
            };
        }
        let allow = allow.join(", ");
        let sieves: Rc<[(&'static str, Sieve)]> = sieves.into();
        resource = resource.default_service(web::to(move || {
            let problem = Problem::method_not_allowed(allow.clone());
            async move { Err::<actix_web::HttpResponse, Problem>(problem) }
        }));
        config.service(resource.wrap(from_fn(move |request, next| sift(sieves.clone(), request, next))));
    }
}

/// Refuses whoever does not pass the sieve of the route.
async fn sift(
    sieves: Rc<[(&'static str, Sieve)]>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let sieve =
        sieves.iter().find(|(method, _)| *method == request.method().as_str()).map_or(Sieve::Anybody, |(_, s)| *s);
    let (http, payload) = request.parts_mut();
    let passed = Visit::from_request(http, payload).await.and_then(|visit| through(sieve, &visit));
    if let Err(problem) = passed {
        // An answer that holds the problem; an error would reach the door without its request, and lose the code.
        return Ok(request.error_response(problem).map_into_boxed_body());
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Says whether somebody passes a sieve.
fn through(sieve: Sieve, visit: &Visit) -> Result<(), Problem> {
    match sieve {
        Sieve::Anybody => Ok(()),
        Sieve::SignedIn => visit.person().map(|_| ()),
        Sieve::Caller => visit.actor().map(|_| ()),
        Sieve::Operator => visit.operator(),
    }
}
