using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FewShotAD.Portal.Api.Rest.Document;

/// <summary>What the document says before its first operation: how to come in, how lists go on, what errors look like.</summary>
internal sealed class DocumentText : IOpenApiDocumentTransformer
{
    public const string KeyScheme = "apiKey";
    public const string CookieScheme = "cookie";

    private const string Description = """
        Everything that is data in FewShotAD: projects, images, runs, models, results and verdicts of one team.

        **Authentication.** A program sends `Authorization: Bearer KEY`. An owner of the team makes keys under Team, API keys; each has scopes
        (`read`, `review`, `score`, `write`) and a number of requests a minute. A page of the portal uses the cookie of its person instead, and
        then every request that writes needs the header `X-CSRF-TOKEN`. What a team does not have answers 404, whether or not another team has it.

        **Lists** give `items` and `next`. Send `next` back as `cursor`, with the same filters, for the page after; it is null at the end.

        **Versions of a thing.** An answer with one thing carries an `ETag`. Send it as `If-None-Match` to get 304 while nothing has changed, or as
        `If-Match` with a change to get 412 when somebody was faster.

        **Errors** are problem documents (RFC 9457): `type` is the error's code, `detail` says what to do. 429 names in `Retry-After` the seconds to
        wait; so does any operation that answers 503, since database or storage are away, or 507, since the disk is full. Fields that a request does not have are refused, so that a misspelt one is not left out in silence.
        """;

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = "FewShotAD", Version = RestHosting.DocumentName, Description = Description };
        // Addresses are relative to where the document came from, whatever stands before the portal.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key of the team." },
            [CookieScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = ".AspNetCore.Identity.Application",
                Description = "The cookie of a person who is signed in. Writes need the header X-CSRF-TOKEN as well.",
            },
        };
        var used = document.Paths.Values.SelectMany(path => path.Operations ?? []).SelectMany(operation => operation.Value.Tags ?? new HashSet<OpenApiTagReference>())
            .Select(tag => tag.Name).ToHashSet();
        document.Tags = RestTags.Descriptions.Where(tag => used.Contains(tag.Key)).Select(tag => new OpenApiTag { Name = tag.Key, Description = tag.Value }).ToHashSet();
        return Task.CompletedTask;
    }
}
