using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Tests.Support;

namespace FewShotAD.Domain.Tests.Projects;

public sealed class NameTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\n ")]
    public void Projects_and_teams_have_names(string? name)
    {
        Assert.IsType<InvalidProjectName>(Project.Create(Given.Tenant, name, null, Given.Person, Given.Start).Error);
        Assert.IsType<InvalidTeamName>(Tenant.Create(name, Given.Start).Error);
    }

    [Fact]
    public void A_name_is_trimmed_before_it_is_measured()
    {
        var (project, team) = (new string('p', Project.NameMaxLength), new string('t', Tenant.NameMaxLength));
        Assert.Equal(project, Project.Create(Given.Tenant, $"  {project}  ", null, Given.Person, Given.Start).Value.Name);
        Assert.Equal(team, Tenant.Create($"  {team}  ", Given.Start).Value.Name);
        Assert.IsType<InvalidProjectName>(Project.Create(Given.Tenant, project + "p", null, Given.Person, Given.Start).Error);
        Assert.IsType<InvalidTeamName>(Tenant.Create(team + "t", Given.Start).Error);
    }

    [Fact]
    public void A_refused_description_leaves_the_project_as_it_was()
    {
        var project = Given.Project();
        var before = Given.Describe(project);
        Assert.IsType<InvalidProjectDescription>(project.Describe("Other", new string('d', Project.DescriptionMaxLength + 1)).Error);
        Assert.IsType<InvalidProjectName>(project.Describe("", "Fine").Error);
        Assert.Equal(before, Given.Describe(project));
    }

    [Fact]
    public void A_project_is_archived_once_and_brought_back_once()
    {
        var project = Given.Project();
        Assert.IsType<ProjectNotArchived>(project.Restore().Error);
        Assert.True(project.Archive(Given.Start).Succeeded);
        Assert.IsType<ProjectAlreadyArchived>(project.Archive(Given.Start.AddDays(1)).Error);
        Assert.Equal(Given.Start, project.ArchivedAt);
        Assert.True(project.Restore().Succeeded);
        Assert.Null(project.ArchivedAt);
    }

    [Fact]
    public void Model_versions_count_from_one_and_never_come_back()
    {
        var project = Given.Project();
        Assert.Equal([1, 2, 3], [project.TakeModelVersion(), project.TakeModelVersion(), project.TakeModelVersion()]);
    }
}
