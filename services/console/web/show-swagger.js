// `validatorUrl: null`: the badge would send the address of this document to another host.
window.SwaggerUIBundle({
  url: '/openapi.json',
  domNode: document.getElementById('swagger'),
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  docExpansion: 'none',
  filter: true,
  tryItOutEnabled: true,
})
