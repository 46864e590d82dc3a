using FewShotAD.Infrastructure;
using FewShotAD.Portal;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Commands;
using FewShotAD.Portal.Features;
using FewShotAD.Portal.Features.Account;
using FewShotAD.Portal.Features.Admin;
using FewShotAD.Portal.Languages;
using MudBlazor.Services;

if (PortalCommands.IsMeant(args))
    return await PortalCommands.RunAsync(args);

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = ContentRoot.Find() });
builder.WebHost.UseStaticWebAssets();
builder.Configuration.AddTrainerPath();
builder.Host.UseCheckedServices();
builder.Services.AddInfrastructure(builder.Configuration, builder.Environment);
builder.Services.AddPortalHosting(builder);
builder.Services.AddLanguages();
builder.Services.AddPortalSignIn(builder.Configuration);
builder.Services.AddRest();
builder.Services.AddPortalFeatures();
// Seen through, a note has less contrast than its colours were chosen for.
builder.Services.AddMudServices(mud => mud.SnackbarConfiguration.MaximumOpacity = 100);
builder.Services.AddRazorComponents().AddInteractiveServerComponents();

var app = builder.Build();
if (app.IsWorkerOnly())
    return await app.RunWorkerAsync();
app.UsePortalHosting();
app.UseLanguages();
app.UseProblemBodies();
app.UseAuthentication();
app.UseAuthorization();
app.UseCrossSiteGuard();
app.UseRateLimiter();
app.UseAntiforgery();
app.MapHealth();
app.MapScriptTexts();
app.MapAccount();
app.MapPlatformAdministration();
app.MapRestDocument();
app.MapRestReference();
app.MapRest().MapProjects().MapImages().MapAnnotations().MapRuns().MapStudies().MapRegistrations().MapSchedules().MapModels().MapComparisons().MapPublications().MapLines().MapResults().MapVerdicts().MapReview().MapScoring().MapScoreBatches().MapExports().MapImports().MapWebhooks()
    .MapUsage().MapAudit();
app.MapStaticAssets();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
await app.RunAsync();
return 0;
