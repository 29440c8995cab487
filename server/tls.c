/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tls.h"

static enum status
refuse(SSL_CTX *ctx, const char *what, const char *path, struct err *err)
{
	char reason[128] = "";

	ERR_error_string_n(ERR_peek_last_error(), reason, sizeof(reason));
	ERR_clear_error();
	SSL_CTX_free(ctx);
	return fail(err, ST_INVALID, "TLS %s %s: %s", what, path, reason);
}

enum status
tls_open(struct ssl_ctx_st **tls, const char *certificate, const char *key, struct err *err)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	*tls = NULL;
	if (!ctx)
		return fail(err, ST_IO, "start TLS");
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	if (SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1)
		return refuse(ctx, "certificate", certificate, err);
	if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(ctx) != 1)
		return refuse(ctx, "key", key, err);
	*tls = ctx;
	return ST_OK;
}

void
tls_close(struct ssl_ctx_st *ctx)
{
	SSL_CTX_free(ctx);
}

struct bufferevent *
tls_bufferevent(struct ssl_ctx_st *ctx, struct event_base *base)
{
	SSL *ssl = SSL_new(ctx);
	struct bufferevent *bev;

	if (!ssl)
		return NULL;
	bev = bufferevent_openssl_socket_new(
	    base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (!bev) {
		SSL_free(ssl);
		return NULL;
	}
	/* A client that leaves without close_notify loses nothing that was acknowledged. */
	bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}
