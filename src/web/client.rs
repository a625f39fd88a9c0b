//! The HTTP client: TLS from our own roots, the owner's proxy or none, no redirects, and no wait without an end.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Proxy, Url, redirect};
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::{Semaphore, oneshot};

use super::ClientError;

/// Idle connections are dropped before servers and home routers forget them: a request on a forgotten connection ends
/// as an answer that never came.
const IDLE: Duration = Duration::from_secs(45);

/// At most so many names are looked up at a time.
const LOOKUPS: usize = 2;

/// Makes a client for that address. `connect` bounds the time from looking up the name to the end of the TLS handshake.
///
/// # Errors
/// A proxy that cannot be one, or TLS that cannot be set up.
pub fn client(address: &Url, proxy: Option<&Url>, connect: Duration) -> Result<Client, ClientError> {
    let encrypted = address.scheme() == "https";
    // Nothing is encrypted on the way to a server of one's own, so the roots are not read for it.
    let trusting = encrypted || proxy.is_some_and(|it| it.scheme() == "https");
    let mut builder = Client::builder()
        .tls_backend_preconfigured(tls(trusting)?)
        .https_only(encrypted)
        .http1_only()
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .dns_resolver(Names { turns: Arc::new(Semaphore::new(LOOKUPS)) })
        .user_agent(concat!("vakhta/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect)
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(15))
        .tcp_keepalive_interval(Duration::from_secs(15))
        .tcp_keepalive_retries(3)
        .tcp_user_timeout(Duration::from_secs(30))
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(2);
    if let Some(proxy) = proxy {
        let proxy =
            Proxy::all(proxy.clone()).map_err(|error| ClientError::Proxy(error.without_url().to_string()))?;
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| ClientError::Client(error.without_url().to_string()))
}

/// Ring and the embedded roots, handed over rather than installed for the whole process: an empty image has neither a
/// provider nor certificates, and reqwest would panic for want of the one and fail for want of the others.
fn tls(trusting: bool) -> Result<ClientConfig, ClientError> {
    let mut roots = RootCertStore::empty();
    if trusting {
        roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::Client(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Looks names up on threads of its own. The system's resolver blocks, for half a minute when the name server is gone,
/// and cannot be interrupted: on the runtime's few blocking threads it would starve the sampling of the machine.
struct Names {
    turns: Arc<Semaphore>,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let turns = self.turns.clone();
        Box::pin(async move {
            let turn = turns.acquire_owned().await?;
            let (tell, told) = oneshot::channel();
            std::thread::Builder::new().name("names".into()).spawn(move || {
                let found = (name.as_str(), 0).to_socket_addrs().map(Iterator::collect::<Vec<SocketAddr>>);
                // The turn ends with the look-up, not with whoever asked: they may have given up long ago.
                drop(turn);
                let _ = tell.send(found);
            })?;
            let addresses: Addrs = Box::new(told.await??.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_embedded_roots_are_understood() {
        let mut roots = RootCertStore::empty();
        let (taken, left) =
            roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        assert!(100 < taken, "{taken}");
        assert_eq!(left, 0);
    }

    #[tokio::test]
    async fn names_are_looked_up_off_the_runtime() {
        let names = Names { turns: Arc::new(Semaphore::new(LOOKUPS)) };
        let found = names.resolve("localhost".parse().expect("a name")).await.expect("localhost is known");
        assert!(found.into_iter().all(|it| it.ip().is_loopback()));
        assert_eq!(names.turns.available_permits(), LOOKUPS);
    }
}
