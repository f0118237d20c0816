// Stands in for the code editors that the properties panel library can open; our panel has plain text fields only.
module.exports = { Annotation: { define: () => null }, jsonParseLinter: () => null };
