using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Three people review at three browsers: by keys, each another image, blind, between two, with undo and a browser that goes away.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class ReviewTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int ByKeys = 20;

    [Fact]
    public async Task A_team_reviews_what_the_model_flags()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct, new() { ["Review__LeaseSeconds"] = "6" });
        var owner = new Person(await browser.NewPersonAsync(portal), "Review line");
        await owner.RegisterAsync();
        var ada = await JoinAsync(portal, owner, "Ada");
        var ben = await JoinAsync(portal, owner, "Ben");
        var project = await owner.CreateProjectAsync("Flange");
        await owner.OpenAsync($"/projects/{project}/review");
        await Expect(owner.Page.GetByText("There is nothing to review")).ToBeVisibleAsync();
        await ReviewSeed.ScoresAsync(portal, project, [.. Enumerable.Range(0, 32).Select(i => i % 3 == 0 ? 1.9 - (i * 0.02) : 2 + (i * 0.06))], 0, ct);

        await AssignedAsync(owner, ben, project);
        await OpenAsync(ada, project);
        await ByKeyboardAsync(ada, ByKeys);
        await UndoAndCommentAsync(ada);
        await TwoAtOnceAsync(ada, ben, project);
        await AwayAsync(ada, ben);
        await ada.ShootAsync("review");
        await FinishAsync(owner, ada, project);
        await ConflictAsync(portal, owner, ada, ben, ct);
        Assert.Empty(owner.Violations.Concat(ada.Violations).Concat(ben.Violations));
    }

    [Fact]
    public async Task A_hundred_images_by_keyboard_take_a_key_each()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var owner = new Person(await browser.NewPersonAsync(portal), "Measured line");
        await owner.RegisterAsync();
        var project = await owner.CreateProjectAsync("Flange");
        await ReviewSeed.ScoresAsync(portal, project, [.. Enumerable.Range(0, 110).Select(i => i % 3 == 0 ? 1.9 - (i * 0.005) : 2 + (i * 0.01))], 0, ct);
        await OpenAsync(owner, project);
        await ByKeyboardAsync(owner, 100, of: 110);
    }

    /// <summary>One key each, and never a mouse. Says how long a key takes to the next image.</summary>
    private async Task ByKeyboardAsync(Person person, int count, int of = 32)
    {
        await person.Page.EvaluateAsync("() => { window.times = []; document.querySelector('.fs-review').addEventListener('review:shown', (e) => e.detail.ms && window.times.push(e.detail.ms)); }");
        for (var i = 0; i < count; i++)
        {
            var before = await ShownAsync(person);
            var says = await person.Page.Locator("[data-part=model]").InnerTextAsync();
            await person.Page.Keyboard.PressAsync(says.Contains("Defect", StringComparison.Ordinal) ? i % 2 == 0 ? "r" : "1" : "a");
            await Expect(person.Page.Locator(".fs-review")).Not.ToHaveAttributeAsync("data-shown", before);
        }

        await Expect(person.Page.Locator("[data-test=progress]")).ToContainTextAsync($"{count} of {of}");
        var times = (await person.Page.EvaluateAsync<double[]>("() => window.times")).Order().ToArray();
        Assert.Equal(count, times.Length);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"key to next image: median {times[count / 2]:0} ms, 95 % within {times[(int)Math.Ceiling(count * 0.95) - 1]:0} ms, worst {times[^1]:0} ms"));
    }

    private static async Task UndoAndCommentAsync(Person person)
    {
        var page = person.Page;
        var first = await ShownAsync(person);
        await page.Keyboard.PressAsync("u");
        await Expect(page.Locator(".fs-review")).Not.ToHaveAttributeAsync("data-shown", first);
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.Locator(".fs-review")).ToHaveAttributeAsync("data-shown", first);
        // To overrule the model takes a word, and the decision waits for it.
        await Expect(page.Locator("[data-part=model]")).ToContainTextAsync("Defect");
        await page.Keyboard.PressAsync("a");
        await Expect(page.Locator("[data-part=comment]")).ToBeVisibleAsync();
        await person.ShootAsync("review-comment");
        await page.Keyboard.TypeAsync("a reflection, radius is fine");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".fs-review")).Not.ToHaveAttributeAsync("data-shown", first);
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page.Locator("[data-part=said]")).ToContainTextAsync("You said: Normal");
        await Expect(page.Locator(".fs-history li")).ToHaveCountAsync(2);
        await Expect(page.Locator(".fs-history .past")).ToContainTextAsync("taken back");
        await page.Keyboard.PressAsync("ArrowRight");
    }

    private static async Task TwoAtOnceAsync(Person ada, Person ben, string project)
    {
        await OpenAsync(ben, project);
        Assert.NotEqual(await ShownAsync(ada), await ShownAsync(ben));
        await Expect(ada.Page.Locator("[data-test=others]")).ToContainTextAsync("Ben");
        await Expect(ben.Page.Locator("[data-test=others]")).ToContainTextAsync("Ada");
        var counted = await ada.Page.Locator("[data-test=progress]").InnerTextAsync();
        await ben.Page.Keyboard.PressAsync("u");
        await Expect(ada.Page.Locator("[data-test=progress]")).Not.ToHaveTextAsync(counted);
    }

    /// <summary>What is assigned to one is offered to nobody else, until it is taken back.</summary>
    private static async Task AssignedAsync(Person owner, Person ben, string project)
    {
        await OpenAsync(owner, project, "item");
        await AssignAsync(owner, takeBack: false, "3 images assigned");
        await Expect(owner.Page.Locator("[data-test=filter-Mine] .fs-num")).ToHaveTextAsync("0");
        await OpenAsync(ben, project, "item");
        await Expect(ben.Page.Locator("[data-test=filter-Mine] .fs-num")).ToHaveTextAsync("3");
        await ben.Page.Locator("[data-test=filter-Mine]").ClickAsync();
        await Expect(ben.Page.Locator("[data-test=review-side]")).ToContainTextAsync("Assigned to");
        await ben.Page.Locator("[data-test=filter-All]").ClickAsync();
        await AssignAsync(owner, takeBack: true, "3 images taken back");
        await Expect(ben.Page.Locator("[data-test=filter-Mine] .fs-num")).ToHaveTextAsync("0");
        await ben.OpenAsync("/");
        await owner.OpenAsync("/");
    }

    private static async Task AssignAsync(Person owner, bool takeBack, string says)
    {
        await owner.Page.Locator("[data-test=open-assign]").ClickAsync();
        await owner.Page.Locator("[data-test=assign-next]").FillAsync("3");
        await owner.Page.Locator("[data-test=assign-to]").SelectOptionAsync(new SelectOptionValue { Label = "Ben" });
        if (takeBack)
            await owner.Page.GetByLabel("Take back what is assigned").CheckAsync();
        await owner.Page.Locator("[data-test=assign]").ClickAsync();
        await Expect(owner.Page.Locator(".mud-snackbar").Last).ToContainTextAsync(says);
    }

    /// <summary>A browser without a network: its verdict is kept and arrives later; what it had open goes to others.</summary>
    private static async Task AwayAsync(Person ada, Person ben)
    {
        await ben.Page.Context.SetOfflineAsync(true);
        await ben.Page.Keyboard.PressAsync("u");
        await Expect(ben.Page.Locator("[data-part=connection]")).ToContainTextAsync("1 verdict is kept");
        await ben.Page.Context.SetOfflineAsync(false);
        await Expect(ben.Page.Locator("[data-part=connection]")).ToBeHiddenAsync();

        var his = await ShownAsync(ben);
        await ben.Page.Context.SetOfflineAsync(true);
        await Expect(ada.Page.Locator(".fs-review")).ToHaveAttributeAsync("data-state", "item");
        for (var i = 0; i < 12 && await ShownAsync(ada) != his; i++)
        {
            var before = await ShownAsync(ada);
            await ada.Page.Keyboard.PressAsync("u");
            // The last ones come when the time of the other is over. What is on the stage is known a frame after the page says that there is something.
            await ada.Page.WaitForFunctionAsync("before => (({ state, shown }) => state === 'item' && shown !== before)(document.querySelector('.fs-review').dataset)", before);
        }

        await Expect(ada.Page.Locator(".fs-review")).ToHaveAttributeAsync("data-shown", his, new() { Timeout = 30_000 });
        await ben.Page.Context.SetOfflineAsync(false);
    }

    private static async Task FinishAsync(Person owner, Person ada, string project)
    {
        for (var i = 0; i < 12 && await ada.Page.Locator("[data-test=all-reviewed]").CountAsync() == 0; i++)
        {
            await ada.Page.Keyboard.PressAsync("u");
            await ada.Page.WaitForTimeoutAsync(300);
        }

        await OpenAsync(owner, project, "empty");
        await Expect(owner.Page.Locator("[data-test=all-reviewed]")).ToContainTextAsync("All 32 reviewed");
        await owner.ShootAsync("review-done");
        await owner.Page.Locator("[data-test=accept]").ClickAsync();
        await Expect(owner.Page.Locator("[data-test=all-reviewed]")).ToContainTextAsync("and accepted");
        await owner.OpenAsync($"/projects/{project}/review/statistics");
        await Expect(owner.Page.Locator("[data-test=work]")).ToContainTextAsync("Ada");
        await owner.ShootAsync("review-statistics");
        await owner.OpenAsync($"/projects/{project}/review/decided");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Normal", Exact = true }).ClickAsync();
        await owner.Page.GetByLabel("Choose test/030.png").CheckAsync();
        await owner.ShootAsync("review-decided");
        await owner.Page.Locator("[data-test=to-support]").ClickAsync();
        await Expect(owner.Page.GetByText("1 image added to the support set")).ToBeVisibleAsync();

        // What one person decided, among the results.
        await owner.OpenAsync($"/projects/{project}/results");
        var reviewers = owner.Page.Locator("[data-test=f-reviewer]");
        await Expect(reviewers.Locator("option").Filter(new() { HasText = "Ben" })).ToHaveCountAsync(1);
        var his = reviewers.Locator("option").Filter(new() { HasText = "Ben" });
        var count = int.Parse((await his.InnerTextAsync()).Split('(', ')')[1], CultureInfo.InvariantCulture);
        await reviewers.SelectOptionAsync((await his.GetAttributeAsync("value"))!);
        await owner.Page.WaitForURLAsync(new Regex("reviewer="));
        await Expect(owner.Page.Locator("[data-score]")).ToHaveCountAsync(count);
    }

    private static async Task ConflictAsync(PortalProcess portal, Person owner, Person ada, Person ben, CancellationToken ct)
    {
        var project = await owner.CreateProjectAsync("Blind");
        await ReviewSeed.ScoresAsync(portal, project, [1.5], 100, ct);
        await OpenAsync(ada, project);
        await ada.Page.Keyboard.PressAsync("a");
        await Expect(ada.Page.Locator(".fs-review")).ToHaveAttributeAsync("data-state", "empty");
        await OpenAsync(ben, project);
        await Expect(ben.Page.Locator("[data-test=blind]")).ToBeVisibleAsync();
        await Expect(ben.Page.Locator(".fs-history li")).ToHaveCountAsync(0);
        await ben.ShootAsync("review-blind");
        await ben.Page.SetViewportSizeAsync(1024, 720);
        await ben.ShootAsync("review-narrow");
        await ben.Page.Keyboard.PressAsync("r");
        await Expect(ben.Page.Locator(".fs-review")).ToHaveAttributeAsync("data-state", "empty");
        await OpenAsync(owner, project);
        await Expect(owner.Page.Locator(".fs-history li")).ToHaveCountAsync(2);
        await owner.ShootAsync("review-conflict");
        await owner.Page.Keyboard.PressAsync("r");
        await Expect(owner.Page.Locator("[data-test=all-reviewed]")).ToContainTextAsync("All 1 reviewed");
        // Both judged it blind and did not agree; who decided between them is no third opinion.
        await owner.OpenAsync($"/projects/{project}/review/statistics");
        var pair = owner.Page.Locator("[data-test=pairs] tbody tr");
        await Expect(pair).ToHaveCountAsync(1);
        await Expect(pair).ToContainTextAsync("Ada");
        await Expect(pair).ToContainTextAsync("Ben");
        await Expect(pair.Locator("td.num").First).ToHaveTextAsync("1");
        await Expect(owner.Page.Locator("[data-test=model] tbody tr").Filter(new() { HasText = "Ada" })).ToHaveCountAsync(1);
        await owner.ShootAsync("review-agreement");
    }

    private async Task<Person> JoinAsync(PortalProcess portal, Person owner, string name)
    {
        await owner.OpenAsync("/team");
        await owner.Page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync("Reviewer");
        await owner.Page.Locator("[data-test=invite]").ClickAsync();
        var link = await owner.Page.Locator("[data-test=invitation-link]").InputValueAsync();
        var page = await browser.NewPersonAsync(portal);
        var person = new Person(page, $"{name} reviews");
        await page.GotoAsync(link);
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByLabel("E-mail").FillAsync(person.Email);
        await page.GetByLabel("Password").FillAsync(Person.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account and join" }).ClickAsync();
        await person.InteractiveAsync();
        return person;
    }

    private static async Task OpenAsync(Person person, string project, string state = "item")
    {
        await person.OpenAsync($"/projects/{project}/review");
        await Expect(person.Page.Locator(".fs-review")).ToHaveAttributeAsync("data-state", state);
        if (state == "item")
            await Expect(person.Page.Locator(".fs-review[data-shown]")).ToBeVisibleAsync();
    }

    private static async Task<string> ShownAsync(Person person) => await person.Page.Locator(".fs-review").GetAttributeAsync("data-shown") ?? "";
}
