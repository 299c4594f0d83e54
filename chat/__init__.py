"""Oliver's application: questions in, typed and cited answers streamed out."""
