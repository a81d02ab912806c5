// A certificate for localhost that is its own authority, and its key: made for the tests, trusted by nobody else, good
// for a hundred years, so that a test of TLS needs no other program.
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBlDCCATugAwIBAgIUE/hID3jFu8YQxnTxvqSvdaLb6I4wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjExNTcyN1oYDzIxMjYxMDI5
MTE1NzI3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASJ8QsVRMQzFiFCQHPh8Yenmkv9aWw1jfLIXrrsYNPbkL3sKiVR/xd8
e6f9jFi5hUz557xj5zL/xtXrfa3A3reeo2kwZzAdBgNVHQ4EFgQUphr6A6A8iasU
GIsBuvN/JfO2tFcwHwYDVR0jBBgwFoAUphr6A6A8iasUGIsBuvN/JfO2tFcwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
RwAwRAIgU0CvSy17uKHY253LPuItef3V/8BaeK+J197HfUDdnC4CIA3u8yYBjWKB
oofl3faZjcJwMgY27CBcHcALkVTT4vTc
-----END CERTIFICATE-----
`

export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzVpoM0j9oLXEVAkN
ax0O9PYGHoUoTOYqMW1tI9FyqduhRANCAASJ8QsVRMQzFiFCQHPh8Yenmkv9aWw1
jfLIXrrsYNPbkL3sKiVR/xd8e6f9jFi5hUz557xj5zL/xtXrfa3A3ree
-----END PRIVATE KEY-----
`
