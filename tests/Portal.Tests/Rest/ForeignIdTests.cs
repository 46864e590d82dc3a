using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Rest;

/// <summary>
/// Ids that are not in the path: every field of every body and every parameter of every query that the document says takes one,
/// called with the own team's address and another team's id. It is as an id of nothing at all.
/// </summary>
public sealed class ForeignIdTests(PortalHost host) : HttpTest(host)
{
    /// <summary>The sender's own id of a verdict: no thing of anybody.</summary>
    private const string OwnId = "clientId";

    [Fact]
    public async Task An_id_of_another_team_in_a_body_or_a_query_is_an_id_of_nothing()
    {
        var (_, team) = await ProgramAsync();
        var theirs = await Seed.FullProjectAsync(team, Ct);
        var (program, own) = await ProgramAsync();
        var tried = new List<string>();
        foreach (var operation in await RestOperation.ReadAsync(Host, Ct))
        {
            foreach (var field in operation.IdFields().Where(field => field.Name != OwnId))
            {
                foreach (var (what, id) in Things(theirs))
                {
                    var before = await TenantRows.DescribeAsync(team, Ct);
                    var foreign = await CallAsync(program, own, operation, field, id);
                    Assert.True(before == await TenantRows.DescribeAsync(team, Ct), $"{operation} with another team's {what} in {field.Name} changed something there.");
                    var missing = await CallAsync(program, own, operation, field, Guid.NewGuid());
                    Assert.True(missing == foreign, $"{operation} tells another team's {what} in {field.Name} from nothing: {foreign} / {missing}");
                    var rows = await TenantRows.DescribeAsync(own, Ct, typeof(Domain.Auditing.AuditEntry));
                    Assert.False(rows.Contains($"{id}", StringComparison.OrdinalIgnoreCase) || rows.Contains($"{id:N}", StringComparison.OrdinalIgnoreCase),
                        $"{operation} kept another team's {what} of {field.Name}.");
                }

                tried.Add($"{operation.Name}.{field.Name}");
            }
        }

        // Found, not listed; these show that the finding finds.
        Assert.Superset(
            new HashSet<string> { "ListResults.model", "StartExport.model", "AssignReview.to", "AssignReview.results", "TakeReview.held", "AcceptReviewed.results", "UseVerified.results" },
            tried.ToHashSet());
        TestContext.Current.SendDiagnosticMessage($"{tried.Count} fields: {string.Join(", ", tried)}");
    }

    private static IEnumerable<(string What, Guid Id)> Things(Keys keys) =>
    [
        ("image", keys.Image.Value), ("model", keys.Model.Value), ("result", keys.Result.Value), ("member", keys.Member.Value),
    ];

    /// <returns>Status and problem of the answer. A success says only that: what it answers with is the own team's, and another time another.</returns>
    private static async Task<string> CallAsync(RestProgram program, TeamAtWork own, RestOperation operation, ForeignField field, Guid id)
    {
        await using (var context = own.Open())
        {
            await context.Transfers.ExecuteDeleteAsync(Ct);
            await context.Webhooks.ExecuteDeleteAsync(Ct);
            await context.ReviewLeases.ExecuteDeleteAsync(Ct);
            await context.ScoringBatches.ExecuteDeleteAsync(Ct);
        }

        var keys = await Seed.FullProjectAsync(own, Ct);
        string name;
        await using (var context = own.Open())
            name = await context.Projects.Where(p => p.Id == keys.Project).Select(p => p.Name).SingleAsync(Ct);
        using var request = await operation.RequestAsync(keys, name, field, id, Ct);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", program.Token);
        var answer = await program.Http.SendAsync(request, Ct);
        if (answer.IsSuccessStatusCode)
            return $"{(int)answer.StatusCode}";
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!.AsObject();
        problem.Remove("traceId");
        return $"{(int)answer.StatusCode} {problem.ToJsonString().Replace($"{id}", "ID", StringComparison.Ordinal)}";
    }
}
