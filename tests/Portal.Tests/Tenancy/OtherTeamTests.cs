using System.Collections;
using FewShotAD.Domain.Common;
using FewShotAD.Portal.Features.Notices;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Registrations;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Features.Transfers;
using FewShotAD.Portal.Features.Webhooks;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Tenancy;

/// <summary>An owner of another team who knows every id: for that person none of it exists.</summary>
public sealed class OtherTeamTests(PortalHost host) : PortalTest(host)
{
    public static TheoryData<string> WithKeys => [.. Door.All.Where(d => d.TakesKeys && !d.IsForAdministrators).Select(d => d.Name)];

    [Fact]
    public void Only_lists_creation_and_the_team_itself_take_no_key() => Assert.Equal(
        new[]
        {
            nameof(ChangeTimeZone), nameof(CreateApiKey), nameof(CreateProject), nameof(CreateWebhook), nameof(GetUsage), nameof(InviteMember), nameof(LeaveTeam), nameof(ListApiKeys),
            nameof(ListAudit), nameof(CountNotices), nameof(ListNotices), nameof(ReadAllNotices), nameof(ListProjects), nameof(ListRegistrations), nameof(ListTeam), nameof(ListWebhooks), nameof(RenameTeam), nameof(SampleProjects), nameof(StartRestore),
            nameof(VerifyAudit),
        }.Select(name => $"{name}.HandleAsync").Append($"{nameof(ListProjects)}.PageAsync").Order(),
        Door.All.Where(d => !d.TakesKeys && !d.IsForAdministrators).Select(d => d.Name).Order());

    [Theory]
    [MemberData(nameof(WithKeys))]
    public async Task Another_teams_things_do_not_exist_and_are_not_touched(string name)
    {
        var keys = await Seed.FullProjectAsync(Team, Ct);
        var stranger = await NewTeamAsync();
        var (ours, theirs) = (await TenantRows.DescribeAsync(Team, Ct), await TenantRows.DescribeAsync(stranger, Ct));
        var queued = Host.Queue.EnqueuedBy(stranger.Tenant).Count;

        var result = await Door.All.Single(d => d.Name == name).CallAsync(Get<IServiceProvider>(), stranger.Owner, keys, Ct);

        if (Door.ErrorOf(result) is { } error)
            Assert.Equal(ErrorKind.NotFound, error.Kind);
        else
            AssertNothing(result);
        Assert.Equal(ours, await TenantRows.DescribeAsync(Team, Ct));
        Assert.Equal(theirs, await TenantRows.DescribeAsync(stranger, Ct));
        Assert.Equal(queued, Host.Queue.EnqueuedBy(stranger.Tenant).Count);
        Assert.False(Host.Queue.WasSignalled(keys.Run));
    }

    [Fact]
    public async Task A_list_without_keys_shows_the_own_team_only()
    {
        await Seed.FullProjectAsync(Team, Ct);
        var stranger = await NewTeamAsync();
        Assert.Empty(await Get<ListProjects>().HandleAsync(stranger.Owner, archived: false, Ct));
        Assert.Empty(await Get<ListRuns>().HandleAsync(stranger.Owner, project: null, take: 100, Ct));
        Assert.Equal(2, (await Get<ListProjects>().HandleAsync(Team.Viewer, archived: false, Ct)).Count);
        Assert.Empty(await Get<ListNotices>().HandleAsync(stranger.Owner, new(), Ct));
        Assert.Single(await Get<ListNotices>().HandleAsync(Team.Engineer, new(), Ct));
        Assert.Empty(await Get<ListRegistrations>().HandleAsync(stranger.Owner, new(), Ct));
        Assert.Single(await Get<ListRegistrations>().HandleAsync(Team.Viewer, new(), Ct));
        Assert.Single(await Get<ListRuns>().HandleAsync(Team.Viewer, project: null, take: 100, Ct));
        Assert.Empty((await Get<ListTeam>().HandleAsync(stranger.Owner, Ct)).Value.Invitations);
        Assert.Empty((await Get<ListApiKeys>().HandleAsync(stranger.Owner, Ct)).Value);
        Assert.Empty((await Get<ListAudit>().HandleAsync(stranger.Owner, new(new(), null, 100), Ct)).Value.Items);
        Assert.Equal(0, (await Get<VerifyAudit>().HandleAsync(stranger.Owner, new(null), Ct)).Value.Entries);
    }

    [Fact]
    public async Task The_latest_model_of_another_teams_project_is_none()
    {
        var keys = await Seed.FullProjectAsync(Team, Ct);
        var stranger = await NewTeamAsync();
        var answer = (await Get<ListResults>().HandleAsync(stranger.Owner, new ListResults.Request(keys.Project), Ct)).Value;
        Assert.Null(answer.Model);
        Assert.Equal(0, answer.Total);
    }

    [Fact]
    public async Task Two_teams_may_use_one_name()
    {
        await Team.ProjectAsync("Flange");
        var stranger = await NewTeamAsync();
        await stranger.ProjectAsync("Flange");
        Assert.Single(await Get<ListProjects>().HandleAsync(stranger.Owner, archived: false, Ct));
    }

    /// <summary>An empty list, an answer without items, or a position of nothing.</summary>
    private static void AssertNothing(object? result)
    {
        if (result is int position)
            Assert.Equal(0, position);
        else
            Assert.Empty(result as IEnumerable ?? (IEnumerable)result!.GetType().GetProperty("Items")!.GetValue(result)!);
    }
}
